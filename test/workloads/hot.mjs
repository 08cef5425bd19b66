// One hot function in Node: run with --perf-basic-prof-only-functions --interpreted-frames-native-stack for names.
const seconds = Number(process.argv[2] ?? 5)
let sink = 0

function hotLoop() {
  for (let i = 0; i < 9_000_000; i++) sink = (sink + i * i) % 1000003
}

function warmLoop() {
  for (let i = 0; i < 1_000_000; i++) sink = (sink + i * i) % 1000003
}

const end = performance.now() + seconds * 1000
while (performance.now() < end) {
  hotLoop()
  warmLoop()
}
process.exitCode = sink < 0 ? 1 : 0
