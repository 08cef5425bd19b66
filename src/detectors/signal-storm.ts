import { type Culprit, describeTarget } from '../schema.ts'
import { callGroup } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { recentre, wilsonInterval } from './interval.ts'
import { sumEvents } from './kernel-events.ts'
import { sampleKernelWork } from './kernel-work.ts'
import { processLabel, shorten } from './labels.ts'
import { UNKNOWN_FUNCTION } from './stack-names.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** Kernel functions that deliver signals on the way back to user code: kernel/signal.c, arch/x86/kernel/signal.c, arch/arm64. */
const delivery = /^(arch_do_signal_or_restart|do_signal|get_signal|handle_signal|setup_rt_frame|x64_setup_rt_frame|get_sigframe)$/

/** What the target pays for signals: sending them, delivering them, coming back from their handlers. */
export const signalStorm = defineDetector({
  id: 'signal-storm',
  needs: ['process', 'sample', 'kernelEvent'],
  wants: TIME_TABLES,
  metrics: {
    costRatio: "Share of the target's time that the kernel spent on signals.",
    signalPerSec: 'Signals the target sent.',
    subjectRatio: 'Share of them that went to the most frequent addressee.',
  },
  facts: {
    subject: 'The most frequent signal and its addressee.',
    sender: 'The process that sent most.',
    functionName: 'The function in which most of it happened.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const work = sampleKernelWork({ tables, time, context })
    if (work === undefined || !(time.totalNs > 0) || !(time.runningNs > 0)) return []
    const { kernelEvent, process } = tables
    const events = sumEvents(kernelEvent, ['signal'], row => time.isMember(kernelEvent.process[row]))
    const calls = work.of(entry => entry.endsWith('()') && callGroup(entry.slice(0, -2)) === 'signal')
    const delivered = work.within(name => delivery.test(name))
    const ns = calls.ns + delivered.ns
    const ratio = Math.min(1, ns / time.totalNs)
    const sender = processLabel(process, events.byProcess.largest().key)
    const subject = events.bySubject.largest()
    const caller = calls.caller ?? delivered.caller
    const culprits: Culprit[] = caller === undefined ? [] : [{ kind: 'function', name: caller.name, share: caller.share }]
    if (events.count > 0) culprits.push({ kind: 'process', name: sender, share: events.byProcess.largest().ns / events.byProcess.total })
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          costRatio: ratio,
          signalPerSec: (events.count * 1e9) / context.durationNs,
          subjectRatio: subject?.share ?? Number.NaN,
        },
        facts: { subject: shorten(subject?.name ?? 'none'), sender, functionName: caller?.name ?? UNKNOWN_FUNCTION },
        share: recentre(wilsonInterval(Math.min(1, ns / time.runningNs), work.sampleCount), ratio),
        culprits,
        rows: events.rows,
      },
    ]
  },
})
