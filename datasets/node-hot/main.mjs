// One function of JavaScript takes most of the time.
const { LENGTH, CAUSE, STRENGTH = '1' } = process.env
const hasCause = CAUSE === '1'
const strength = Number(STRENGTH)
const end = performance.now() + Number(LENGTH) * 1000
let done = 0

let sink = 0
function hotLoop() {
  for (let i = 0; i < (hasCause ? strength : 10_000); i++) sink = (sink + i * i) % 1000003
}
function warmLoop() {
  for (let i = 0; i < 100_000; i++) sink = (sink + i) % 1000003
}
while (performance.now() < end && sink >= 0) {
  hotLoop()
  warmLoop()
  done++
}
console.log(`done ${done}`)
process.exit(0)
