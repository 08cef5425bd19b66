/** How the machine is set up, as far as it decides what things cost: one row per setting, read when the recording begins or ends. */
export const settingTable = {
  setting: {
    doc: 'Settings of the kernel, of devices and of mounted file systems, and limits of the processes that were diagnosed.',
    source: '/proc/sys, /sys, /proc/self/mounts, /proc/PID/limits, /proc/PID/fd',
    stage: 'collect',
    columns: {
      name: { type: 'text', doc: 'Name as sysctl(8) has it, else one of src/collectors/settings.ts: disk.scheduler, mount.options, …' },
      subject: { type: 'text', doc: 'Device, mount point or "name (pid 42)"; absent for the machine.' },
      value: { type: 'text', doc: 'The value as the kernel prints it; of a choice the chosen word.' },
    },
  },
} as const
