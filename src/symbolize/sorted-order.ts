/**
 * Indexes of the first count values in ascending order; equal values keep their order.
 *
 * Value and index are packed into one double where they fit its 53 bits: sorting numbers natively takes a fifth of the
 * time of sorting with a comparison.
 */
export function sortedOrder(values: Float64Array, count: number): Uint32Array {
  const order = new Uint32Array(count)
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let index = 0; index < count; index++) {
    low = Math.min(low, values[index])
    high = Math.max(high, values[index])
  }
  if ((high - low + 1) * count > Number.MAX_SAFE_INTEGER) {
    for (let index = 0; index < count; index++) order[index] = index
    return order.sort((left, right) => values[left] - values[right] || left - right)
  }
  const packed = new Float64Array(count)
  for (let index = 0; index < count; index++) packed[index] = (values[index] - low) * count + index
  packed.sort()
  for (let index = 0; index < count; index++) order[index] = packed[index] % count
  return order
}

/** Index of the last of the ascending values that is not above the wanted one, or -1. */
export function lastAtOrBelow(values: Float64Array, wanted: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}
