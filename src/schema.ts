/**
 * Everything that passes between stages, described once: tables, series, observations, rules, findings.
 *
 * Collectors fill the tables, detectors read them and make observations, rules turn those into findings, the report
 * shows them. No stage has a private format.
 */

export * from './schema/analysis.ts'
export { EventFlag, EventType } from './schema/event-tables.ts'
export * from './schema/manifest.ts'
export * from './schema/series.ts'
export * from './schema/tables.ts'
export * from './schema/view.ts'
export * from './schema/wait-reasons.ts'
export * from './schema/watch.ts'
