#!/usr/bin/env node
/** The command line: the only place that prints and exits. Each command loads only the stages it needs. */

import { Command, CommanderError, Option } from 'commander'
import { AutotuneError, describeError, exitStatus } from './errors.ts'
import type { CheckResult } from './pipeline/check.ts'
import type { CommandControl, Outcome } from './pipeline/diagnose.ts'
import type { DiagnoseOptions, RecordingOptions } from './pipeline/options.ts'
import type { NewRuleOptions } from './pipeline/rules.ts'
import { openProgress } from './progress.ts'
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

const recordingOptions = (command: Command): Command =>
  command
    .option('-d, --duration <time>', 'how long: 30s, 2m, 500ms (default: 30s, or until the command ends)')
    .option('-p, --pid <pid>', 'the process to look at, with its children')
    .option('-c, --comm <name>', 'all processes of this name, with their children')
    .option('-g, --cgroup <path>', 'all processes of this cgroup')
    .option('-o, --output <dir>', 'where to keep the recording (default: autotune-DATE-TIME)')
    .option('-F, --frequency <hz>', 'samples per second and CPU', '99')
    .option('-q, --quiet', 'no progress on stderr')
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

reportOptions(program.command('analyze').description('analyse a recording').argument('<recording>', 'its folder')).action(
  async (directory: string, options: DiagnoseOptions) => {
    const { analyzeCommand } = await import('./pipeline/diagnose.ts')
    print(await analyzeCommand(directory, options, { color: hasColor(process.stdout) }))
  },
)

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
  const stop = new AbortController()
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const progress = openProgress(process.stderr, { isQuiet: options.quiet === true })
  try {
    await run({ stop: stop.signal, color: hasColor(process.stdout), onProgress: progress.show, onEnd: progress.clear, report: print })
  } finally {
    progress.clear()
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
