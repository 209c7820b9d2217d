/** The proof as a page of its own: opens without a network, and says what it was made with. */
import { plotsOf } from './plots'
import { conclusionOf, type Played, type Run } from './run'
import { judgementOf, mostEvidence, promises, promiseTexts, type Judgement, type Promise_ } from './verdict'

export function pageOf(run: Run, about: Record<string, unknown>): string {
  const { came, text: title } = conclusionOf(run)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Alun: proof, seed ${run.seed}</title><style>${style}</style>
<main>
<p class="kicker">alun prove · seed ${run.seed} · ${new Date(run.startedAt).toISOString()}</p>
<h1 class="${came}">${title}</h1>
${promisesTable(run)}
${counters(run)}
<h2>What happened</h2>
${plotsOf(run)}
<h2>Scenarios</h2>
${run.played.map(scenarioOf).join('\n')}
<h2>Made with</h2>
<dl>${Object.entries(about)
    .map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(String(value))}</dd>`)
    .join('')}</dl>
<p>Run it again: <code>alun prove --seed ${run.seed}</code>. The same seed breaks the same things at the same times; what
they meet there is up to the machine.</p>
</main></html>
`
}

const words: Record<Judgement, string> = {
  ...{ held: 'held', broken: 'BROKEN', unjudged: 'not judged', untried: 'not tried' },
}

function promisesTable({ verdicts }: Run): string {
  const rows = promises.map((promise) => {
    const own = verdicts.filter((one) => one.promise === promise)
    const judgement = judgementOf(own)
    const evidence = own.flatMap(({ broken }) => broken)
    const shown = evidence.slice(0, mostEvidence).map((one) => `<li>${escape(one)}</li>`)
    if (evidence.length > mostEvidence) shown.push(`<li>… and ${evidence.length - mostEvidence} more</li>`)
    const excuses = own.flatMap(({ excused }) =>
      excused === undefined ? [] : [`<br><small>Not counted: ${escape(excused)}</small>`],
    )
    const looked = own.reduce((sum, one) => sum + one.looked, 0)
    return `<tr class="${judgement}"><th scope="row">${promise}</th><td>${promiseTexts[promise]}${excuses.join('')}${
      shown.length > 0 ? `<ul>${shown.join('')}</ul>` : ''
    }</td><td class="number">${looked.toLocaleString('en')}</td><td class="verdict">${words[judgement]}</td></tr>`
  })
  return `<div class="wide"><table><thead><tr><th colspan="2">Promise</th><th class="number">Looked at</th><th>Verdict</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`
}

/** What people ask first, counted from the evidence. */
const asked: readonly (readonly [what: string, promise: Promise_])[] = [
  ['lost', 'G1'],
  ['doubled', 'G2'],
  ['out of order', 'G3'],
  ['missed by a reader', 'G4'],
  ['late', 'G5'],
]

function counters({ verdicts }: Run): string {
  const count = (promise: Promise_): number =>
    verdicts.filter((one) => one.promise === promise).reduce((sum, { broken }) => sum + broken.length, 0)
  const tiles = asked.map(
    ([what, promise]) => `<li${count(promise) > 0 ? ' class="broken"' : ''}><b>${count(promise)}</b> ${what}</li>`,
  )
  return `<ul class="counters">${tiles.join('')}</ul>`
}

function scenarioOf({ name, what, start, end, faults, broke, skipped, failure }: Played): string {
  const list = faults.map((one) => `<li>${escape(one)}</li>`).join('')
  return `<section><h3>${escape(name)} <small>${((end - start) / 1000).toFixed(1)} s</small></h3><p>${escape(what)}</p>${
    failure ? `<p class="broken">Could not be played to its end: ${escape(failure)}</p>` : ''
  }${list ? `<ol>${list}</ol>` : ''}${
    broke.length > 0 ? `<p><small>Broken, until it was whole again: ${escape(broke.join('; '))}</small></p>` : ''
  }${skipped.length > 0 ? `<p><small>Not to be had here: ${escape(skipped.join(', '))}</small></p>` : ''}</section>`
}

/** Anything that came from outside of this file. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const style = `
:root { color-scheme: light dark; --line: #8884; --good: #16794c; --bad: #b3261e; --soft: #8882; --half: #2f6fdb; --tail: #b8640f }
@media (prefers-color-scheme: dark) { :root { --good: #6fd3a0; --bad: #ff8a80; --half: #7aa7f5; --tail: #e0a050 } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
.kicker { opacity: .7; margin: 0 } h1 { margin: .2rem 0 1rem } h1.held { color: var(--good) } .broken { color: var(--bad) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th { white-space: nowrap } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line) }
.number { text-align: right; font-variant-numeric: tabular-nums } tr.held .verdict { color: var(--good) }
tr.broken .verdict, tr.broken ul { color: var(--bad) } tr.untried { opacity: .6 } .verdict { font-weight: 600; white-space: nowrap }
figure { margin: 1rem 0 } figcaption { font-size: .9rem; opacity: .8 } svg { display: block; width: 100%; min-width: 40rem; height: auto; background: var(--soft) }
path { fill: none; stroke: currentColor; stroke-width: 1.5 } rect.fault { fill: var(--bad); opacity: .16 }
.half { color: var(--half) } .tail { color: var(--tail) } .good { color: var(--good) } .bad { color: var(--bad) }
svg text { font: 11px system-ui, sans-serif; fill: currentColor } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem }
dt { opacity: .7 } dd { margin: 0; overflow-wrap: anywhere } ul { margin: .3rem 0; padding-left: 1.2rem } small { opacity: .6; font-weight: 400 }
.counters { list-style: none; padding: 0; margin: 1rem 0; display: flex; flex-wrap: wrap; gap: .4rem 1.5rem } .counters b { font-size: 1.3rem }
@media (max-width: 40rem) { tr > .number { display: none } th, td { padding: .4rem .3rem } }
`
