/**
 * Strongly connected components of a directed graph (Tarjan 1972), without recursion: graphs come from recordings and may be
 * chains of any length. Per node the number of its component.
 */
export function findCircles(nodeCount: number, neighboursOf: (node: number) => Iterable<number>): Int32Array {
  const circleOf = new Int32Array(nodeCount).fill(-1)
  const orderOf = new Int32Array(nodeCount).fill(-1)
  const lowest = new Int32Array(nodeCount)
  const open: number[] = []
  let order = 0
  let circles = 0

  for (let root = 0; root < nodeCount; root++) {
    if (orderOf[root] >= 0) continue
    const path = [enter(root)]
    while (path.length > 0) {
      const step = path[path.length - 1]
      const { done, value: next } = step.rest.next()
      if (done === true) {
        path.pop()
        if (path.length > 0) lowest[path[path.length - 1].node] = Math.min(lowest[path[path.length - 1].node], lowest[step.node])
        if (lowest[step.node] === orderOf[step.node]) close(step.node)
      } else if (orderOf[next] < 0) path.push(enter(next))
      else if (circleOf[next] < 0) lowest[step.node] = Math.min(lowest[step.node], orderOf[next])
    }
  }
  return circleOf

  function enter(node: number) {
    orderOf[node] = order
    lowest[node] = order++
    open.push(node)
    return { node, rest: neighboursOf(node)[Symbol.iterator]() }
  }

  function close(first: number): void {
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      circleOf[node] = circles
      if (node === first) break
    }
    circles++
  }
}
