import { type Culprit, describeTarget } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { shorten } from './labels.ts'
import { readPressure } from './pressure.ts'
import { orZero, type SeriesView, viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target waits for block devices, and what the busiest of them was doing. */
export const ioPressure = defineDetector({
  id: 'io-pressure',
  needs: ['process', 'series', 'metric'],
  wants: TIME_TABLES,
  metrics: {
    someRatio: 'Share of time in which at least one task waited for I/O.',
    fullRatio: 'Share of time in which all tasks waited for I/O.',
    deviceBusyRatio: 'Share of time the busiest device had a request in flight.',
    deviceInFlightCount: 'Requests in flight on it, on average.',
    deviceReadRatio: 'Share of its time in requests that went into reads.',
    readLatencyNs: 'Mean time of a read on it.',
    writeLatencyNs: 'Mean time of a write on it.',
    readPerSec: 'Reads completed by it.',
    writePerSec: 'Writes completed by it.',
    readBytesPerSec: 'Bytes read from it.',
    writeBytesPerSec: 'Bytes written to it.',
    dirtyBytes: 'Memory waiting to be written.',
    blockedThreadsCount: 'Threads of the machine waiting for a disk, on average.',
  },
  facts: {
    target: 'What was diagnosed.',
    scope: 'Whose pressure it is: a cgroup, or the machine.',
    device: 'The busiest device.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const pressure = readPressure('io', { process: tables.process, series, time: measureTargetTime(tables, context), context })
    if (pressure === undefined) return []
    const device = busiestDevice(series)
    const target = describeTarget(context.target)
    const culprits: Culprit[] = device === undefined ? [] : [{ kind: 'device', name: shorten(device), share: 1 }]
    return [
      {
        subject: target,
        metrics: {
          someRatio: pressure.someRatio,
          fullRatio: pressure.fullRatio,
          ...deviceMetrics(series, device ?? ''),
          dirtyBytes: series.mean('memory.dirtyBytes'),
          blockedThreadsCount: series.mean('sched.blockedCount'),
        },
        facts: { target, scope: shorten(pressure.scope), device: device === undefined ? 'unknown' : shorten(device) },
        share: pressure.share,
        culprits,
        rows: undefined,
      },
    ]
  },
})

/** The device with most requests in flight, on average; undefined when none had any. */
function busiestDevice(series: SeriesView): string | undefined {
  const load = (device: string) => orZero(series.mean('disk.inFlightCount', device))
  const busy = (device: string) => orZero(series.mean('disk.busyRatio', device))
  return [...series.subjects('disk.busyRatio')]
    .filter(device => busy(device) > 0)
    .sort((a, b) => load(b) - load(a) || busy(b) - busy(a) || (a < b ? -1 : 1))
    .at(0)
}

function deviceMetrics(series: SeriesView, device: string) {
  const readPerSec = series.mean('disk.readPerSec', device)
  const writePerSec = series.mean('disk.writePerSec', device)
  const readLatencyNs = series.mean('disk.readLatencyNs', device)
  const writeLatencyNs = series.mean('disk.writeLatencyNs', device)
  const readTime = orZero(readPerSec * readLatencyNs)
  const writeTime = orZero(writePerSec * writeLatencyNs)
  const flushTime = orZero(series.mean('disk.flushPerSec', device) * series.mean('disk.flushLatencyNs', device))
  return {
    deviceBusyRatio: series.mean('disk.busyRatio', device),
    deviceInFlightCount: series.mean('disk.inFlightCount', device),
    deviceReadRatio: readTime / (readTime + writeTime + flushTime),
    readLatencyNs,
    writeLatencyNs,
    readPerSec,
    writePerSec,
    readBytesPerSec: series.mean('disk.readBytesPerSec', device),
    writeBytesPerSec: series.mean('disk.writeBytesPerSec', device),
  }
}
