/** The figures as a page with bars: opens without a network, runs no script, and says what it was made on. */
import { escape } from '../proof/report'
import { told, type Bar, type Figure, type Measured } from './figures'

export function pageOf(all: readonly Measured[], about: object): string {
  const made = Object.entries(about).map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(String(value))}</dd>`)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Alun: figures</title><style>${style}</style>
<main>
<p class="kicker">alun bench</p>
<h1>Speed, beside the limits of this machine</h1>
<p class="legend"><span class="ours">■</span> Alun <span class="limit">■</span> the machine's own limit, measured in the same
run <span class="peer">■</span> what people would otherwise take</p>
${all.map(sectionOf).join('\n')}
<h2>Made on</h2>
<dl>${made.join('')}</dl>
<p>Figures for a CPU second count all processes of a side, with PostgreSQL or Redis. On a machine that others use too, trust
these and ratios, not the clock.</p>
</main></html>
`
}

const sectionOf = ({ name, conditions, figures, skipped }: Measured): string =>
  `<section><h2>${escape(name)}</h2><p>${escape(conditions)}</p>${figures.map(figureOf).join('')}${skipped
    .map((one) => `<p><small>Not measured here: ${escape(one)}</small></p>`)
    .join('')}</section>`

function figureOf({ what, unit, less, bars }: Figure): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  return `<figure><figcaption>${escape(what)} <small>${escape(unit)}${less ? ', less is better' : ''}</small></figcaption>${bars
    .map((bar) => barOf(bar, most))
    .join('')}</figure>`
}

/** Drawn as SVG: a width in a style attribute would be forbidden by a strict content security policy. */
function barOf({ name, value, kind }: Bar, most: number): string {
  const width = Math.max(0.5, (value / most) * 100).toFixed(1)
  return `<div class="bar"><span>${escape(name)}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="${kind}" width="${width}" height="10"/></svg><b>${told(value)}</b></div>`
}

const style = `
:root { color-scheme: light dark; --line: #8884; --ours: #2f6fdb; --limit: #8a8f98; --peer: #c77718 }
@media (prefers-color-scheme: dark) { :root { --ours: #7aa7f5; --limit: #8a8f98; --peer: #e0a050 } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
.kicker { opacity: .7; margin: 0 } h1 { margin: .2rem 0 1rem } h2 { margin: 2rem 0 .2rem } section > p { opacity: .8; margin: 0 }
figure { margin: 1rem 0 } figcaption { font-weight: 600; margin-bottom: .3rem } small { opacity: .7; font-weight: 400 }
.bar { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr 6rem; gap: .6rem; align-items: center; font-size: .9rem }
.bar b { text-align: right; font-variant-numeric: tabular-nums } .bar svg { width: 100%; height: .9rem; background: var(--line) }
rect.ours { fill: var(--ours) } rect.limit { fill: var(--limit) } rect.peer { fill: var(--peer) }
span.ours { color: var(--ours) } span.limit { color: var(--limit) } span.peer { color: var(--peer) } .legend span { margin-left: .6rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dt { opacity: .7 } dd { margin: 0; overflow-wrap: anywhere }
@media (max-width: 40rem) { .bar { grid-template-columns: 1fr 5rem } .bar svg { grid-row: 2; grid-column: 1 / 3 } }
`
