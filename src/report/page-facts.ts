import { type Diagnosis, NONE, type ReportView } from '../schema.ts'
import { formatBytes, formatCount, formatDuration, formatMetric } from '../units.ts'
import { type Html, html } from './html.ts'
import { facts, prose, section } from './page-section.ts'
import { costText, gapsOf, progressText, qualityFacts, targetText } from './words.ts'

/** The few facts that stand under the verdict. */
export function renderFacts({ target, host, quality, progress }: Diagnosis, view: ReportView): Html {
  const cpus = `${host.cpuCount} ${host.cpuCount === 1 ? 'CPU' : 'CPUs'}, ${formatBytes(host.memoryBytes)}`
  const samples = `${formatCount(quality.samples)}${quality.lost > 0 ? `, ${formatCount(quality.lost)} lost` : ', none lost'}`
  return facts(
    [
      ['Target', targetText(target)],
      ['Machine', `${host.hostname}, ${cpus}`],
      ['Recorded', formatDuration(view.durationNs)],
      ['Samples', samples],
      ...(progress === undefined ? [] : [['Work done', progressText(progress)] as const]),
    ],
    'facts',
  )
}

/** Who used the CPUs. */
export function renderProcesses(view: ReportView): Html {
  if (view.processes.length === 0) return html``
  const rows = view.processes.map(
    ({
      pid,
      nsPid,
      comm,
      commandLine,
      role,
      cpuCpus,
      cpuNs,
    }) => html`<tr class="${role}"><td class="number">${formatMetric('usedCpus', cpuCpus)}</td>
<td class="number wide">${formatDuration(cpuNs)}</td><td><code>${comm}</code> <span class="pid">${pid}${nsPid === NONE ? '' : ` (${nsPid} in its container)`}</span>${role === 'other' || role === comm ? '' : html` <span class="role">${role}</span>`}</td>
<td class="wide command"><code>${commandLine}</code></td></tr>
`,
  )
  const rest = view.otherProcessCount === 0 ? '' : `${view.otherProcessCount} more used ${formatDuration(view.otherProcessNs)} together.`
  const table = html`<table class="processes"><thead><tr><th class="number">CPUs used</th><th class="number wide">CPU time</th><th>Process</th><th class="wide">Command</th></tr></thead>
<tbody>${rows}</tbody></table>${rest === '' ? html`` : html`<p class="note">${rest}</p>`}`
  return section('processes', 'Processes', { note: 'By CPU time while recording.', content: table })
}

/** Resources that were measured and found innocent. */
export function renderCleared({ cleared }: Diagnosis): Html {
  if (cleared.length === 0) return html``
  const rows = cleared.map(
    ({ resource, metric, value, text }) =>
      html`<tr><th scope="row">${resource}</th><td class="number">${formatMetric(metric, value)}</td><td>${prose(text)}</td></tr>
`,
  )
  return section('cleared', 'Cleared', {
    note: 'Measured and found innocent.',
    content: html`<table class="cleared"><tbody>${rows}</tbody></table>`,
  })
}

/** What this host did not let us see, with the rules that need it, and which rules have no answer for other reasons. */
export function renderUnmeasured(diagnosis: Diagnosis): Html {
  const { gaps, others } = gapsOf(diagnosis)
  const codes = (rules: readonly string[]) => rules.map((rule, place) => html`${place === 0 ? '' : ', '}<code>${rule}</code>`)
  const missing = gaps.map(({ topic, reason, remedy, rules }) =>
    gap(html`${topic}${rules.length === 0 ? '' : html` <span class="note">(for ${codes(rules)})</span>`}`, reason, remedy),
  )
  const unsure = others.map(({ reason, remedy, rules }) => gap(html`${codes(rules)}`, reason, remedy))
  const list = (rows: readonly Html[]) => html`<dl class="gaps">${rows}</dl>`
  return html`${missing.length === 0 ? '' : section('unmeasured', 'Not measured here', { note: 'No news about these is not good news.', content: list(missing) })}
${unsure.length === 0 ? '' : section('unsure', 'No answer', { note: 'What cannot be told, or only resembles a problem.', content: list(unsure) })}`
}

function gap(name: Html, reason: string, remedy: string): Html {
  const mend = remedy === '' ? html`` : html`<dd class="remedy">${prose(remedy)}</dd>`
  return html`<div><dt>${name}</dt><dd>${prose(reason)}</dd>${mend}</div>`
}

/** How good the data is, and what recording it cost. */
export function renderQuality(diagnosis: Diagnosis): Html {
  const pairs = qualityFacts(diagnosis.quality).map(([label, value]) => [label[0].toUpperCase() + label.slice(1), value] as const)
  const content = html`${facts(pairs, 'facts')}<p>autotune itself took ${costText(diagnosis)}.</p>`
  return section('quality', 'Data quality', { content })
}

/** The machine and how it was sampled. */
export function renderMachine({ host, target }: Diagnosis, { sampling }: ReportView): Html {
  const how =
    sampling === undefined
      ? 'not possible here'
      : `${sampling.event} at ${sampling.frequencyHz} Hz, ${sampling.scope === 'machine' ? 'all CPUs' : 'the target alone'}, ${sampling.kernel ? 'user and kernel code' : 'user code alone'}`
  return section('machine', 'Machine', {
    content: facts(
      [
        ['Host', host.hostname],
        ['Kernel', `Linux ${host.kernelRelease} ${host.architecture}`],
        ['CPU', `${host.cpuCount} × ${host.cpuModel}`],
        ['Memory', formatBytes(host.memoryBytes)],
        ['Virtualization', host.virtualization ?? 'none seen'],
        ['Target', targetText(target)],
        ['Sampling', how],
        ['Recorded as', `uid ${host.uid}, perf_event_paranoid ${host.perfEventParanoid ?? '–'}, kptr_restrict ${host.kptrRestrict ?? '–'}`],
      ],
      'facts',
    ),
  })
}
