#!/usr/bin/env node
/** The command line: the only place that prints and exits. Each command loads only the stages it needs. */

import { Command, CommanderError, Option } from 'commander'
import { AutotuneError, describeError, exitStatus } from './errors.ts'
import type { CheckResult } from './pipeline/check.ts'
import type { CommandControl, Outcome } from './pipeline/diagnose.ts'
import type { DiagnoseOptions, RecordingOptions } from './pipeline/options.ts'
import type { NewRuleOptions } from './pipeline/rules.ts'
import type { WatchOptions } from './pipeline/watch/options.ts'
import { openProgress, openStatusLine } from './progress.ts'
import { version } from './version.ts'

const program = new Command('autotune')
  .description('Says what limits a Linux machine or program, how sure that is, and what to do next.')
  .version(version)
  .showHelpAfterError('(autotune --help shows all commands)')
  .exitOverride()
  .configureOutput({ writeErr: text => void process.stderr.write(text) })
  .addHelpText(
    'after',
    `
Examples:
  sudo autotune diagnose --duration 30s              the whole machine
  sudo autotune diagnose --pid 4242                  one process and its children
  autotune diagnose -- ./server --flag               start a program and follow it
  autotune check                                     what this host allows

Exit status: 0 done, 1 bug, 2 usage, 3 the host refused, 4 bad input, 10 --fail-on reached;
a started command's own status is passed on.`,
  )

const debuginfodOption = (): Option =>
  new Option('--debuginfod', 'download missing debug files from the servers in DEBUGINFOD_URLS, for lines and inlined functions')

const recordingOptions = (command: Command): Command =>
  command
    .option('-d, --duration <time>', 'how long: 30s, 2m, 500ms (default: 30s, or until the command ends)')
    .option('-p, --pid <pid>', 'the process to look at, with its children')
    .option('-c, --comm <name>', 'all processes of this name, with their children')
    .option('-g, --cgroup <path>', 'all processes of this cgroup')
    .option('-o, --output <dir>', 'where to keep the recording (default: autotune-DATE-TIME)')
    .option('-F, --frequency <hz>', 'samples per second and CPU', '99')
    .option('--call-graph <how>', 'user stacks: auto, fp (frame pointers), dwarf (from copies of the stack); size: auto,8k', 'auto')
    .option('-q, --quiet', 'no progress on stderr')
    .option('--progress <event>', 'what is a piece of work: uprobe:/path:function, usdt:/path:PROVIDER:NAME, syscall:NAME')
    .addOption(debuginfodOption())
    .argument('[command...]', 'command to start and follow, after --')

const reportOptions = (command: Command): Command =>
  command
    .addOption(new Option('-f, --format <format>', 'of the result on stdout').choices(['text', 'json', 'md']).default('text'))
    .option('--html <file>', 'where to write the HTML report (default: report.html in the recording)')
    .option('--no-html', 'write no HTML report')
    .option('--fail-on <score>', 'exit with 10 when a finding has this score or more')
    .option(
      '--rules <path>',
      'add rules of a file or folder, or override others by id; may be given again',
      (dir: string, before: string[]) => [...before, dir],
      [],
    )

reportOptions(
  recordingOptions(program.command('diagnose').description('record, analyse, print the ranking, write the HTML report')),
).action(async (command: string[], options: DiagnoseOptions & RecordingOptions) => {
  const { diagnoseCommand } = await import('./pipeline/diagnose.ts')
  await runRecording(options, async control => print(await diagnoseCommand(command, options, control)))
})

recordingOptions(program.command('record').description('record only; analyze needs no privilege')).action(
  async (command: string[], options: RecordingOptions) => {
    const { recordCommand } = await import('./pipeline/diagnose.ts')
    await runRecording(options, async control => print(await recordCommand(command, options, control)))
  },
)

reportOptions(
  program.command('analyze').description('analyse a recording').argument('<recording>', 'its folder').addOption(debuginfodOption()),
).action(async (directory: string, options: DiagnoseOptions) => {
  const { analyzeCommand } = await import('./pipeline/diagnose.ts')
  print(await analyzeCommand(directory, options, { color: hasColor(process.stdout) }))
})

const repeated = (text: string, before: string[]): string[] => [...before, text]
program
  .command('watch')
  .description('keep the seconds before a rare failure: record into memory until a trigger fires')
  .option('-w, --when <trigger>', 'what to wait for; may be given again', repeated, [])
  .option('--begin <event>', 'a span begins here: uprobe:/path:function or syscall:name')
  .option('--end <event>', 'and ends here: return', undefined)
  .option('--commit-if <condition>', 'keep a window only if this holds: durationMs > 200 || ret < 0')
  .option('--before <time>', 'how much to keep from before the trigger', '10s')
  .option('--after <time>', 'and from after it (default: 1s; nothing after the end of the command)')
  .option('--runs <count>', 'start the command so often; passing runs are discarded')
  .option(
    '-d, --duration <time>',
    'how long to watch (default: until Ctrl-C, or until the command is done); a command that still runs goes on',
  )
  .option('--max <count>', 'keep at most so many windows', '20')
  .option('--max-disk <size>', 'and at most so many bytes', '1GiB')
  .option('--cooldown <time>', 'a trigger rests so long after a window was kept', '0s')
  .option('--memory <size>', 'for the rings', '32MiB')
  .option('-e, --event <event>', 'record this, too: tracepoint, uprobe or watch; may be given again', repeated, [])
  .addOption(new Option('--syscalls <which>', 'system calls to record').choices(['none', 'notable', 'all']))
  .option('--slow <time>', 'system calls at least this long are notable, as are those that fail', '1ms')
  .option('-F, --frequency <hz>', 'samples per second and CPU', '99')
  .option('--explain', 'say where each part of the triggers is evaluated and what it costs, and end')
  .option('-p, --pid <pid>', 'the process to look at, with its children')
  .option('-c, --comm <name>', 'all processes of this name, with their children')
  .option('-g, --cgroup <path>', 'all processes of this cgroup')
  .option('-o, --output <dir>', 'where to keep windows (default: autotune-watch-DATE-TIME)')
  .option('--no-html', 'write no HTML reports')
  .option('--rules <dir>', 'add rules, or override built-in ones by id; may be given again', repeated, [])
  .option('-q, --quiet', 'no status line on stderr')
  .argument('[command...]', 'command to start, over and over until a trigger on its exit fires, after --')
  .addHelpText(
    'after',
    `
Triggers (joined by ||, or several --when):
  exit != 0                              signal == SIGSEGV            error("openat") == EMFILE
  span("syscall:fsync").durationMs > 50  blocked > 200ms              runQueue > 20ms
  psi.io.some > 0.3 for 2s               series("cpu.userRatio") > 0.9 for 5s
  log("/var/log/app.log") matches "timeout"                           mark.startsWith("deploy")
  event("tracepoint:sched:sched_process_exec")                        … && comm == "nginx" && pid == 42`,
  )
  .action(async (command: string[], options: WatchOptions) => {
    const { watchCommand } = await import('./pipeline/watch/watch.ts')
    const status = openStatusLine(process.stderr, { isQuiet: options.quiet === true })
    await untilInterrupted(async stop => {
      try {
        print(await watchCommand(command, options, { stop, onProgress: status.show, report: status.print }))
      } finally {
        status.clear()
      }
    })
  })

program
  .command('mark')
  .description('tell every watch of this user that now is the moment')
  .argument('<text>', 'what happened')
  .action(async (text: string) => {
    const { markCommand } = await import('./pipeline/watch/watch.ts')
    print(await markCommand(text))
  })

program
  .command('export')
  .description('convert a recording')
  .argument('<recording>', 'its folder')
  .addOption(
    new Option('-t, --to <format>', 'collapsed: folded stacks, one a line, root first').choices(['collapsed']).default('collapsed'),
  )
  .option('-o, --output <file>', 'write to a file instead of stdout')
  .option('--all', 'all processes, not only the target')
  .action(async (directory: string, options: { to: string; output?: string; all?: boolean }) => {
    const { exportCommand } = await import('./pipeline/export.ts')
    print(exportCommand(directory, options))
  })

program
  .command('check')
  .description('what this host allows, what each missing privilege costs, and how to get it')
  .addOption(new Option('-f, --format <format>', 'of the result').choices(['text', 'json']).default('text'))
  .action(async ({ format }: { format: string }) => {
    const [{ checkHost }, { linuxHost }, { formatCheck }] = await Promise.all([
      import('./pipeline/check.ts'),
      import('./linux-host.ts'),
      import('./report/check-text.ts'),
    ])
    const result: CheckResult = checkHost(linuxHost())
    process.stdout.write(format === 'json' ? `${JSON.stringify(result, undefined, 2)}\n` : formatCheck(result))
  })

const rules = program.command('rules').description('the rule catalogue')
const rulesOption = (command: Command): Command =>
  command.option(
    '--rules <path>',
    'add rules of a file or folder, or override others by id; may be given again',
    (dir: string, before: string[]) => [...before, dir],
    [],
  )
rulesOption(rules.command('list').description('all rules')).action(async (options: { rules: string[] }) => {
  const { listRulesCommand } = await import('./pipeline/rules.ts')
  print(listRulesCommand(options.rules))
})
rulesOption(rules.command('show').description('one rule in full').argument('<id>')).action(
  async (id: string, options: { rules: string[] }) => {
    const { showRuleCommand } = await import('./pipeline/rules.ts')
    print(showRuleCommand(id, options.rules))
  },
)
rulesOption(rules.command('test').description('run the tests inside rule files').argument('[file...]', 'rule files; default: all')).action(
  async (files: string[], options: { rules: string[] }) => {
    const { testRulesCommand } = await import('./pipeline/rules.ts')
    print(testRulesCommand(files, options.rules))
  },
)

rules
  .command('new')
  .description('write the skeleton of a rule, with tests that pass')
  .argument('<id>', 'its name, kebab-case')
  .option('--detector <id>', 'whose measurements it judges', 'machine-series')
  .option('--metric <name>', 'what its condition is on (default: the first ratio)')
  .option('--class <class>', 'what it is about', 'cpu.saturation')
  .option('--to <dir>', "where to write it: the project's rules", 'autotune.rules')
  .action(async (id: string, options: NewRuleOptions) => {
    const { newRuleCommand } = await import('./pipeline/rules.ts')
    print(newRuleCommand(id, options))
  })

function print({ output, remarks, exitStatus: status }: Outcome): void {
  for (const remark of remarks) process.stderr.write(`${remark}\n`)
  process.stdout.write(output)
  process.exitCode = status
}

/** Ctrl-C once ends the recording and still reports; twice quits. */
async function runRecording(options: RecordingOptions, run: (control: CommandControl) => Promise<void>): Promise<void> {
  const progress = openProgress(process.stderr, { isQuiet: options.quiet === true })
  await untilInterrupted(async stop => {
    try {
      await run({ stop, color: hasColor(process.stdout), onProgress: progress.show, onEnd: progress.clear, report: print })
    } finally {
      progress.clear()
    }
  })
}

/** Ctrl-C once asks to stop; twice quits. */
async function untilInterrupted(run: (stop: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    await run(stop.signal)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

function hasColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb'
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitStatus.USAGE
    return
  }
  process.stderr.write(`${describeError(error)}\n`)
  process.exitCode = error instanceof AutotuneError ? exitStatus[error.code] : 1
}

// a reader that leaves early (autotune … | head) is no bug
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  fail(error)
}
