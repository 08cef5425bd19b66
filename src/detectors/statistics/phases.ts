/** Stretches in which a program does different things: k-means on slices, with as many clusters as the data pay for, one included. */

import { kmeans } from 'ml-kmeans'
import { randomIndex, seededRandom } from './random.ts'

/** Phases of a series of feature vectors. */
export interface Phases {
  /** Per slice the phase it is in, numbered by first appearance. */
  readonly labels: Int32Array
  readonly count: number
  /** How well slices fit their phase rather than the next one: −1 to 1 (Rousseeuw 1987). */
  readonly silhouette: number
  /** How alike the phases of resampled slices are: 1 for the same (adjusted Rand index, Hubert & Arabie 1985). */
  readonly stability: number
}

const MAX_PHASES = 6
const STARTS = 10
const RESAMPLES = 20
/** shared/reference/analysis.md 4.4. */
const MIN_SILHOUETTE = 0.5
const MIN_STABILITY = 0.8
const MIN_PART = 0.05
/** A phase lasts: slices that change from one to the next all the time are a mixture. No source: a guess. */
const MIN_RUN = 3
const MIN_COUNT = 20
const MAX_ITERATIONS = 50

/** Undefined when one phase explains as much, or when more do not hold. Rows of one length, all finite. */
export function findPhases(rows: readonly (readonly number[])[], { seed }: { readonly seed: number }): Phases | undefined {
  if (rows.length < MIN_COUNT || rows[0].length === 0) return undefined
  const data = rows.map(row => [...row])
  const best = bestClustering(data, seed)
  if (best === undefined) return undefined
  const labels = numberByAppearance(best.clusters)
  const count = best.centroids.length
  if (!areStretches(labels, count)) return undefined
  const silhouette = silhouetteOf(data, labels, count)
  if (silhouette < MIN_SILHOUETTE) return undefined
  const stability = stabilityOf(data, { labels, count, seed })
  return stability < MIN_STABILITY ? undefined : { labels, count, silhouette, stability }
}

interface Clustering {
  readonly clusters: readonly number[]
  readonly centroids: readonly number[][]
}

/** The number of clusters with the highest information criterion; undefined for one. */
function bestClustering(data: number[][], seed: number): Clustering | undefined {
  let best: Clustering | undefined
  let bestScore = criterion(data, { clusters: data.map(() => 0), centroids: [centroid(data)] })
  for (let count = 2; count <= Math.min(MAX_PHASES, Math.floor(data.length / 4)); count++) {
    const found = cluster(data, count, { seed: seed + 1000 * count, starts: STARTS })
    const score = found === undefined ? Number.NEGATIVE_INFINITY : criterion(data, found)
    if (found !== undefined && score > bestScore) {
      best = found
      bestScore = score
    }
  }
  return best
}

/** The best of several starts; undefined when there are fewer different rows than clusters. */
function cluster(
  data: number[][],
  count: number,
  { seed, starts }: { readonly seed: number; readonly starts: number },
): Clustering | undefined {
  if (new Set(data.map(row => row.join())).size < count) return undefined
  let best: Clustering | undefined
  let least = Number.POSITIVE_INFINITY
  for (let start = 0; start < starts; start++) {
    const found = kmeans(data, count, { seed: seed + start, initialization: 'kmeans++', maxIterations: MAX_ITERATIONS })
    const squares = squaresOf(data, found)
    if (squares < least) {
      least = squares
      best = found
    }
  }
  return best
}

/** Bayes's criterion for round clusters of one width: Pelleg & Moore 2000 (X-means). */
function criterion(data: number[][], found: Clustering): number {
  const [count, dimensions, clusters] = [data.length, data[0].length, found.centroids.length]
  const variance = Math.max(1e-9, squaresOf(data, found) / (dimensions * Math.max(1, count - clusters)))
  const sizes = new Float64Array(clusters)
  for (const label of found.clusters) sizes[label]++
  let likelihood = (-(count * dimensions) / 2) * Math.log(2 * Math.PI * variance) - ((count - clusters) * dimensions) / 2
  for (const size of sizes) if (size > 0) likelihood += size * Math.log(size / count)
  return likelihood - ((clusters - 1 + dimensions * clusters + 1) / 2) * Math.log(count)
}

function squaresOf(data: readonly number[][], { clusters, centroids }: Clustering): number {
  return data.reduce((sum, row, index) => sum + distanceSquared(row, centroids[clusters[index]]), 0)
}

function distanceSquared(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] - b[index]) ** 2
  return sum
}

function centroid(data: readonly number[][]): number[] {
  return data[0].map((_, column) => data.reduce((sum, row) => sum + row[column], 0) / data.length)
}

function numberByAppearance(clusters: readonly number[]): Int32Array {
  const numbers = new Map<number, number>()
  return Int32Array.from(clusters, label => {
    const known = numbers.get(label) ?? numbers.size
    numbers.set(label, known)
    return known
  })
}

function areStretches(labels: Int32Array, count: number): boolean {
  const sizes = new Float64Array(count)
  let runs = 1
  for (let index = 0; index < labels.length; index++) {
    sizes[labels[index]]++
    if (index > 0 && labels[index] !== labels[index - 1]) runs++
  }
  return labels.length / runs >= MIN_RUN && sizes.every(size => size >= MIN_PART * labels.length)
}

function silhouetteOf(data: readonly number[][], labels: Int32Array, count: number): number {
  const sizes = new Float64Array(count)
  for (const label of labels) sizes[label]++
  let sum = 0
  const distances = new Float64Array(count)
  for (let i = 0; i < data.length; i++) {
    distances.fill(0)
    for (let j = 0; j < data.length; j++) distances[labels[j]] += Math.sqrt(distanceSquared(data[i], data[j]))
    const own = labels[i]
    if (sizes[own] < 2) continue
    const within = distances[own] / (sizes[own] - 1)
    let next = Number.POSITIVE_INFINITY
    for (let other = 0; other < count; other++)
      if (other !== own && sizes[other] > 0) next = Math.min(next, distances[other] / sizes[other])
    sum += within === next ? 0 : (next - within) / Math.max(within, next)
  }
  return sum / data.length
}

interface Labelled {
  readonly labels: Int32Array
  readonly count: number
  readonly seed: number
}

/** Slices are drawn again, clustered, and all slices given to the nearest centre: the phases must come out the same. */
function stabilityOf(data: number[][], { labels, count, seed }: Labelled): number {
  const random = seededRandom(seed)
  let sum = 0
  for (let round = 0; round < RESAMPLES; round++) {
    const drawn = data.map(() => data[randomIndex(random, data.length)])
    const found = cluster(drawn, count, { seed: seed + 7919 * (round + 1), starts: 2 })
    if (found !== undefined)
      sum += randIndex(
        labels,
        Int32Array.from(data, row => nearest(row, found.centroids)),
      )
  }
  return sum / RESAMPLES
}

function nearest(row: readonly number[], centroids: readonly number[][]): number {
  const distances = centroids.map(centre => distanceSquared(row, centre))
  return distances.reduce((best, distance, index) => (distance < distances[best] ? index : best), 0)
}

/** Agreement of two partitions, 0 by chance, 1 for the same: Hubert & Arabie 1985. */
export function randIndex(a: Int32Array, b: Int32Array): number {
  const cells = new Map<string, number>()
  const [rows, columns] = [new Map<number, number>(), new Map<number, number>()]
  for (let index = 0; index < a.length; index++) {
    increase(cells, `${a[index]} ${b[index]}`)
    increase(rows, a[index])
    increase(columns, b[index])
  }
  const [together, ofRows, ofColumns] = [cells, rows, columns].map(counts =>
    [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0),
  )
  const expected = (ofRows * ofColumns) / ((a.length * (a.length - 1)) / 2)
  const most = (ofRows + ofColumns) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
