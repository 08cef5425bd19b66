// Compiles src/collectors/bpf/*.bpf.c into light skeletons: blobs that bpf(2) alone loads; the object itself goes along for the system's libbpf. Needs clang, llvm-strip and
// libbpf.so.1 here, so that users need none of them. Run it after every change of a source: `npm run build:bpf`.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import koffi from 'koffi'

const sourceFolder = 'src/collectors/bpf'
const outFolder = join(sourceFolder, 'out')
const architectures = { x64: 'x86', arm64: 'arm64' }

const libbpf = koffi.load('libbpf.so.1')
const openFile = libbpf.func('void *bpf_object__open_file(const char *path, const void *opts)')
const load = libbpf.func('int bpf_object__load(void *obj)')
const genLoader = libbpf.func('int bpf_object__gen_loader(void *obj, void *opts)')
const nextMap = libbpf.func('void *bpf_object__next_map(void *obj, void *prev)')
const nextProgram = libbpf.func('void *bpf_object__next_program(void *obj, void *prev)')
const mapName = libbpf.func('const char *bpf_map__name(void *map)')
const mapType = libbpf.func('int bpf_map__type(void *map)')
const keySize = libbpf.func('uint32_t bpf_map__key_size(void *map)')
const valueSize = libbpf.func('uint32_t bpf_map__value_size(void *map)')
const maxEntries = libbpf.func('uint32_t bpf_map__max_entries(void *map)')
const initialValue = libbpf.func('void *bpf_map__initial_value(void *map, _Out_ size_t *size)')
const programName = libbpf.func('const char *bpf_program__name(void *program)')
const sectionName = libbpf.func('const char *bpf_program__section_name(void *program)')

const scratch = mkdtempSync(join(tmpdir(), 'build-bpf-'))
try {
  const topics = readdirSync(sourceFolder).filter(file => file.endsWith('.bpf.c'))
  for (const file of topics) for (const arch of Object.keys(architectures)) build(file.replace('.bpf.c', ''), arch)
  writeChecksums()
} finally {
  rmSync(scratch, { recursive: true })
}

function build(topic, arch) {
  const object = join(scratch, `${topic}.o`) // the name of .rodata and .bss maps begins with it: the same for every arch
  const include = `/usr/include/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`
  const options = ['-O2', '-g', '-target', 'bpf', '-mcpu=v3', `-D__TARGET_ARCH_${architectures[arch]}`, `-I${include}`]
  const warnings = ['-Wall', '-Werror', '-Wno-missing-declarations', '-Wno-unused-function']
  const prefix = `-fdebug-prefix-map=${process.cwd()}=.`
  execFileSync('clang', [...options, ...warnings, prefix, '-c', join(sourceFolder, `${topic}.bpf.c`), '-o', object])
  execFileSync('llvm-strip', ['-g', object])
  const skeleton = generate(topic, object)
  writeFileSync(join(outFolder, `${topic}.${arch}.json`), `${JSON.stringify(skeleton)}\n`)
  console.log(topic, arch, `${skeleton.data.length + skeleton.instructions.length} bytes`)
}

function generate(topic, object) {
  const handle = openFile(object, null)
  if (handle === null) throw new Error(`libbpf can't open ${topic}.`)
  // struct gen_loader_opts: size_t sz; const char *data, *insns; __u32 data_sz, insns_sz
  const memory = koffi.alloc('uint8_t', 40)
  const options = Buffer.from(koffi.view(memory, 40))
  options.fill(0)
  options.writeBigUInt64LE(32n, 0)
  if (genLoader(handle, memory) !== 0 || load(handle) !== 0) throw new Error(`libbpf can't make a loader of ${topic}.`)
  const bytesAt = (pointer, size) => Buffer.from(koffi.view(options.readBigUInt64LE(pointer), options.readUInt32LE(size)))
  const programs = each(nextProgram, handle).map(program => ({ name: programName(program), section: sectionName(program) }))
  return {
    topic,
    programs,
    maps: each(nextMap, handle).map(describeMap),
    instructions: bytesAt(16, 28).toString('base64'),
    data: bytesAt(8, 24).toString('base64'),
    object: readFileSync(object).toString('base64'),
  }
}

function each(next, handle) {
  const found = []
  for (let item = next(handle, null); item !== null; item = next(handle, item)) found.push(item)
  return found
}

function describeMap(map) {
  const size = [0]
  const isData = /^\.data\.|\.(rodata|data|bss)$/.test(mapName(map))
  const pointer = isData ? initialValue(map, size) : null
  return {
    name: mapName(map),
    type: mapType(map),
    keySize: keySize(map),
    valueSize: valueSize(map),
    maxEntries: maxEntries(map),
    initial: pointer === null ? undefined : Buffer.from(koffi.view(pointer, Number(size[0]))).toString('base64'),
  }
}

/** What the committed skeletons were made of; src/collectors/bpf/skeleton.test.ts compares. */
function writeChecksums() {
  const sources = readdirSync(sourceFolder).filter(file => /\.[ch]$/.test(file))
  const checksums = sources.map(file => [
    file,
    createHash('sha256')
      .update(readFileSync(join(sourceFolder, file)))
      .digest('hex'),
  ])
  writeFileSync(join(outFolder, 'checksums.json'), `${JSON.stringify(Object.fromEntries(checksums), null, 2)}\n`)
}
