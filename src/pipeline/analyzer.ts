/** A recording → a diagnosis and what the report draws. Reads the recording only; the same recording gives the same bytes. */

import { readBootId } from '../collectors/host-facts.ts'
import { measureActivity } from '../detectors/activity.ts'
import { runDetector, specOf } from '../detectors/detector.ts'
import { burstReplays } from '../detectors/gain/burst-replay.ts'
import { estimateGains } from '../detectors/gain/estimate.ts'
import { observeHalves } from '../detectors/halves.ts'
import { measureProgress } from '../detectors/progress.ts'
import { measureQuality } from '../detectors/quality.ts'
import { detectors } from '../detectors/registry.ts'
import { measureUnexplained } from '../detectors/unexplained.ts'
import type { Host } from '../host.ts'
import { type Recording, readRecording } from '../recording.ts'
import { loadCatalogue } from '../rules/catalogue.ts'
import { diagnose } from '../rules/diagnose.ts'
import { expiredSuppressions, readSuppressions } from '../rules/suppressions.ts'
import type { AnalysisContext, Diagnosis, RecordedTables } from '../schema.ts'
import { MappedFiles } from '../symbolize/mapped-files.ts'
import type { DebuginfodOptions } from './debuginfod.ts'
import { openLineSource } from './line-source.ts'
import { nameAddresses } from './namer.ts'
import { readRuleLayers } from './rule-layers.ts'

/** What came of a recording. */
export interface Analysis {
  readonly diagnosis: Diagnosis
  readonly tables: RecordedTables
  readonly context: AnalysisContext
  /** Broken rules, cut tables: what the user should know although the analysis worked. */
  readonly remarks: readonly string[]
}

/** What an analysis uses besides the recording. */
export interface AnalyzeOptions {
  /** Folders with rules of the user. */
  readonly rules: readonly string[]
  /** Undefined: debug files are not downloaded. */
  readonly debuginfod: DebuginfodOptions | undefined
}

/** Analyses the recording in a folder. Its addresses are named here only when the recorder could not do it any more. */
export function analyze(host: Host, directory: string, { rules: ruleDirectories, debuginfod }: AnalyzeOptions): Analysis {
  const recording = readNamedRecording(host, directory, debuginfod)
  const { manifest, tables } = recording
  const context = { target: manifest.target, host: manifest.host, sampling: manifest.sampling, durationNs: manifest.durationNs }
  const layers = readRuleLayers(ruleDirectories)
  const { rules, broken: brokenRules } = loadCatalogue(layers.files, detectors.map(specOf))
  const suppressions = readSuppressions(
    layers.suppressions,
    rules.map(({ id }) => id),
  )
  const broken = [...brokenRules, ...suppressions.broken]
  const asked = detectors.filter(detector => detector.applies?.(context) ?? true)
  const outcomes = asked.map(detector => runDetector(detector, tables, context))
  const askedIds = new Set(asked.map(({ id }) => id))
  const quality = measureQuality(tables, context)
  const { unavailable, cost } = manifest
  const today = manifest.createdAt.slice(0, 10)
  const diagnosis = diagnose({
    rules: rules.filter(({ detector }) => askedIds.has(detector)),
    broken,
    suppressions: { entries: suppressions.suppressions, today },
    outcomes,
    context,
    activity: measureActivity(tables, context),
    quality,
    unavailable,
    cost,
    halves: ids =>
      observeHalves(
        asked.filter(({ id }) => ids.has(id)),
        tables,
        context,
      ),
    progress: measureProgress(tables, context),
    gains: estimateGains(tables, context, burstReplays(tables, context)),
    unexplained: observations => measureUnexplained(tables, context, observations),
  })
  const remarks = [
    ...recording.truncated.map(name => `warning: table ${name} is cut short; its whole batches were used.`),
    ...(manifest.complete ? [] : ['warning: this recording was not finished; everything up to its last second was used.']),
    ...layers.remarks,
    ...brokenRules.map(({ file, line, reason }) => `warning: rule ${file}:${line} is broken and was left out: ${reason}`),
    ...expiredSuppressions(diagnosis.findings, suppressions.suppressions, today).map(
      ({ rule, author, expires }) => `warning: the suppression of ${rule} by ${author} ended on ${expires}: it is shown again.`,
    ),
    ...suppressions.broken.map(({ file, line, reason }) => `warning: suppression ${file}:${line} is broken and was left out: ${reason}`),
  ]
  return { diagnosis, tables, context, remarks }
}

/** A recording with its tables of names. */
export function readNamedRecording(host: Host, directory: string, debuginfod?: DebuginfodOptions): Recording {
  const recording = readRecording(directory)
  if (recording.tables.callchainStack !== undefined || recording.tables.callchain === undefined) return recording
  const files = new MappedFiles(host, { maxOpen: 512 })
  const isSameBoot = recording.manifest.bootId !== undefined && recording.manifest.bootId === readBootId(host)
  const named = nameAddresses(host, recording.tables, {
    files,
    kernel: isSameBoot ? 'running' : 'other',
    lines: openLineSource(debuginfod),
  })
  files.close()
  const unavailable = [...recording.manifest.unavailable, ...named.unavailable]
  return { ...recording, manifest: { ...recording.manifest, unavailable }, tables: { ...recording.tables, ...named.tables } }
}
