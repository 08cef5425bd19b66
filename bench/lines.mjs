/**
 * Lines and inlined calls beside llvm-symbolizer and addr2line: equality, speed, cold start, memory.
 *
 *   node bench/lines.mjs [--addresses 2000] [--rounds 3] [FILE...]
 *
 * Without files it compiles test/workloads/templates.cpp in several formats and takes libraries with Debian debug packages
 * (python3.11-dbg, libbinutils-dbg). Equal means: as many frames, each with the same function (mangled), file, line and column.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { build } from 'esbuild'
import { median, printMachine } from './measure.mjs'

const scratch = '/tmp/autotune-lines'
const { values, positionals } = await import('node:util').then(({ parseArgs }) =>
  parseArgs({
    options: { addresses: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '3' } },
    allowPositionals: true,
  }),
)
const addressCount = Number(values.addresses)
const rounds = Number(values.rounds)

mkdirSync(scratch, { recursive: true })
await build({
  entryPoints: [join(import.meta.dirname, 'lines-child.ts')],
  outfile: join(scratch, 'child.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
})
printMachine()
console.log(`${addressCount} random addresses; CPU is the median of ${rounds} runs, 1 address and all; memory is the peak in MB\n`)
console.log(`${'file'.padEnd(34)} equal     addr/s | CPU s  ours        llvm        addr2line | MB  ours llvm addr2line`)
for (const file of positionals.length > 0 ? positionals : programs()) measure(file)

function measure(file) {
  const addresses = randomAddresses(file, addressCount)
  const all = writeAddresses('all', addresses)
  const one = writeAddresses('one', addresses.slice(0, 1))
  const tools = {
    ours: list => [process.execPath, join(scratch, 'child.mjs'), file, list],
    llvm: list => [
      'sh',
      '-c',
      `exec llvm-symbolizer --no-demangle --inlines --functions=linkage --output-style=JSON --obj=${file} < ${list}`,
    ],
    addr2line: list => ['sh', '-c', `exec addr2line -f -i -e ${file} < ${list}`],
  }
  const runs = {}
  for (const [name, command] of Object.entries(tools)) runs[name] = { one: repeat(command(one)), all: repeat(command(all)) }
  const ours = JSON.parse(runs.ours.all.stdout)
  const equal = compare(addresses, ours.frames, parseLlvm(runs.llvm.all.stdout))
  const cpu = name => `${runs[name].one.cpuSeconds.toFixed(2)}/${runs[name].all.cpuSeconds.toFixed(2)}`.padEnd(11)
  const rate = Math.round(addressCount / (ours.elapsedMs / 1000))
  const memory = name => String(Math.round(runs[name].all.peakMb)).padStart(4)
  console.log(
    `${file.slice(-34).padEnd(34)} ${(100 * equal).toFixed(2)} % ${String(rate).padStart(8)} |        ${cpu('ours')} ${cpu('llvm')} ${cpu('addr2line')} | ${memory('ours')} ${memory('llvm')} ${memory('addr2line')}`,
  )
  for (const reason of ours.reasons) console.log(`   ${reason}`)
}

/** Runs a command; CPU time and peak memory as the kernel accounts them to the child. */
function repeat(command) {
  const runs = Array.from({ length: rounds }, () => {
    const { stdout, stderr, status } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', ...command], { encoding: 'utf8', maxBuffer: 1 << 29 })
    if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stderr}`)
    const [user, system, peakKb] = stderr.trim().split('\n').at(-1).split(' ').map(Number)
    return { stdout, cpuSeconds: user + system, peakMb: peakKb / 1024 }
  })
  return { stdout: runs[0].stdout, cpuSeconds: median(runs.map(run => run.cpuSeconds)), peakMb: median(runs.map(run => run.peakMb)) }
}

function parseLlvm(output) {
  return output
    .trim()
    .split('\n')
    .map(line =>
      (JSON.parse(line).Symbol ?? []).map(({ FunctionName, FileName, Line, Column }) => ({
        functionName: FunctionName,
        file: FileName,
        line: Line,
        column: Column,
      })),
    )
}

/**
 * llvm-symbolizer takes the outermost name from the symbol table, which autotune does too, elsewhere: it is not compared. Nor is
 * a file without a directory and line: that is the symbol table's STT_FILE.
 */
function compare(addresses, ours, theirs) {
  let equal = 0
  let shown = 0
  const text = frames =>
    frames.map(({ functionName, file, line, column }, index) => {
      const path = file && (line > 0 || file.includes('/')) ? normalize(file) : ''
      return [index === frames.length - 1 ? '' : (functionName ?? ''), path, line ?? 0, column ?? 0].join(' ')
    })
  for (let index = 0; index < addresses.length; index++) {
    const own = text(ours[index])
    const other = text(theirs[index])
    const isEmpty = other.join('').trim() === '0 0' && own.length === 0
    // llvm-symbolizer 14 does not read the names that dwz shares between files: where it has none, ours is not wrong
    const isNamed = other.every((line, at) => line === own[at] || (line.startsWith(' ') && own[at]?.endsWith(line)))
    if (isEmpty || (own.length === other.length && isNamed)) equal++
    else if (process.env.SHOW !== undefined && shown++ < Number(process.env.SHOW)) {
      console.log(`0x${addresses[index].toString(16)}\n ours\n   ${own.join('\n   ')}\n llvm\n   ${other.join('\n   ')}`)
    }
  }
  return equal / addresses.length
}

/** From the code sections, with a fixed seed. */
function randomAddresses(file, count) {
  const ranges = execFileSync('readelf', ['-SW', file], { encoding: 'utf8' })
    .split('\n')
    .map(line => /^\s*\[ *\d+\] \.text\s+PROGBITS\s+([0-9a-f]+) [0-9a-f]+ ([0-9a-f]+)/.exec(line))
    .filter(match => match !== null)
    .map(([, start, size]) => ({ start: Number.parseInt(start, 16), size: Number.parseInt(size, 16) }))
  let state = 0x2545f491
  const random = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const [{ start, size }] = ranges
  return Array.from({ length: count }, () => start + Math.floor(random() * size))
}

function writeAddresses(name, addresses) {
  const path = join(scratch, `${name}.txt`)
  writeFileSync(path, addresses.map(address => `0x${address.toString(16)}\n`).join(''))
  return path
}

/** Programs with the formats compilers write, and libraries of Debian whose debug package is there. */
function programs() {
  const source = join(import.meta.dirname, '..', 'test', 'workloads', 'templates.cpp')
  const rust = join(import.meta.dirname, '..', 'test', 'workloads', 'nested.rs')
  const variants = {
    'gcc-dwarf5': ['g++', '-O2', '-g', '-fomit-frame-pointer'],
    'gcc-dwarf2': ['g++', '-O2', '-gdwarf-2'],
    'gcc-split': ['g++', '-O2', '-g', '-gsplit-dwarf'],
    'gcc-lto-zlib': ['g++', '-O2', '-g', '-gz', '-flto'],
    'clang-dwarf4': ['clang++', '-O2', '-gdwarf-4'],
    'clang-dwarf5': ['clang++', '-O2', '-gdwarf-5'],
    'clang-split4': ['clang++', '-O2', '-gdwarf-4', '-gsplit-dwarf'],
    'clang-split5': ['clang++', '-O2', '-gdwarf-5', '-gsplit-dwarf'],
  }
  const found = []
  for (const [name, [compiler, ...flags]] of Object.entries(variants)) {
    const program = join(scratch, name, name)
    mkdirSync(dirname(program), { recursive: true })
    const build = () =>
      execFileSync(compiler, [...flags, '-std=c++17', '-pthread', '-o', program, source], { cwd: dirname(program), stdio: 'ignore' })
    if (isDone(program, build)) found.push(program)
  }
  const program = join(scratch, 'rust')
  if (isDone(program, () => execFileSync('rustc', ['-O', '-g', '-o', program, rust], { stdio: 'ignore' }))) found.push(program)
  const libraries = ['/usr/bin/python3.11', '/usr/lib/x86_64-linux-gnu/libbfd-2.40-system.so', '/lib/x86_64-linux-gnu/libc.so.6']
  return [...found, ...libraries.filter(hasDebugFile)]
}

function isDone(program, build) {
  if (existsSync(program)) return true
  try {
    build()
    return true
  } catch (error) {
    console.log(`${program} could not be built: ${error.message.split('\n')[0]}`)
    return false
  }
}

function hasDebugFile(file) {
  if (!existsSync(file)) return false
  const id = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', file], { encoding: 'utf8' }))?.[1]
  return id !== undefined && existsSync(`/usr/lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`)
}
