// Computes for argv[2] seconds and says how much it did.
let [done, sink] = [0, 0]
const end = performance.now() + Number(process.argv[2]) * 1000
while (performance.now() < end) {
  for (let i = 0; i < 100_000; i++) sink = (sink + i * i) % 1000003
  done++
}
console.log(`done ${sink < 0 ? 0 : done}`)
