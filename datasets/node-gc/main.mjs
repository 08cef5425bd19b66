// A heap with little room to spare is collected again and again.
const { LENGTH, CAUSE } = process.env
const hasCause = CAUSE === '1'
const end = performance.now() + Number(LENGTH) * 1000
let done = 0

const kept = Array.from({ length: 1_200_000 }, (_, i) => ({ i, text: `${i}` }))
let turn = 0
while (performance.now() < end) {
  for (let i = 0; i < 10_000; i++, turn++) {
    const place = (turn * 7919) % kept.length
    if (hasCause) kept[place] = { i: turn, text: `${turn}` }
    else kept[place].i = turn
  }
  done++
}
console.log(`done ${done}`)
process.exit(0)
