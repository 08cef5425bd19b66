// Computes as many thousand rounds as it is asked for, then answers.
process.title = 'slow-child'
let sink = 0
process.stdin.on('data', text => {
  for (let i = 0; i < Number(text) * 1000; i++) sink = (sink + i * i) % 1000003
  process.stdout.write(sink < 0 ? '-' : '+')
})
