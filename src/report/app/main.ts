/** The report's script: makes the flame graph and the time lines interactive from the embedded view. */

import type { ReportView } from '../../schema.ts'
import { startFlame } from './flame.ts'
import { startTimeline } from './timeline.ts'

const data = document.getElementById('view')?.textContent
if (data) {
  const view = JSON.parse(data) as ReportView
  const flame = document.getElementById('flame')
  if (flame !== null) startFlame(flame, view)
  startTimeline(document, view)
}
