/* System calls by thread and number: how many, how long, how many failed, how many bytes they moved. */
#include "topic.h"
FOLLOW_FORKS

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} entered SEC(".maps");

/* Layouts known to decode-topics.ts. */
struct syscall_key {
	u32 tgid, tid;
	u32 number, reserved;
};
struct syscall_row {
	u64 count, ns, max, errors;
	u64 bytes; /* sum of positive results: bytes for read, write and their kin */
};
PAIR(syscalls, struct syscall_key, struct syscall_row, 16384)

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (!in_detail(task->tgid))
		return 0;
	u64 *since = bpf_task_storage_get(&entered, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (since)
		*since = bpf_ktime_get_ns();
	else
		count(LOST_STARTS);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_exit, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 *since = bpf_task_storage_get(&entered, task, 0, 0);
	if (!since || !*since)
		return 0;
	u64 began = *since, took = bpf_ktime_get_ns() - began;
	*since = 0;
	if (began < control.opened_at)
		return 0;
#if defined(__TARGET_ARCH_x86)
	if (task->thread_info.status & 2)
		return 0;
	struct syscall_key key = { .tgid = task->tgid, .tid = task->pid, .number = regs->orig_ax };
#else
	struct syscall_key key = { .tgid = task->tgid, .tid = task->pid, .number = regs->syscallno };
#endif
	struct syscall_row *row = syscalls_row(&key);
	if (!row)
		return 0;
	row->count += 1;
	row->ns += took;
	if (took > row->max)
		row->max = took;
	if (result > 0)
		row->bytes += result;
	else if (result < 0 && result >= -4095)
		row->errors += 1;
	return 0;
}
