/** What happened to a report, the newest first, so that news stand where one looks. */
import type { Entry } from '../../services/reports/model'
import { agoOf, fullTimeOf } from '../ui/times'
import { useWords } from './words'

export function Timeline({ entries }: { entries: readonly Entry[] }) {
  const { say } = useWords()
  const shown = entries.filter(({ kind, note, photos }) => kind !== 'followed' || note || photos).toReversed()
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{say('report.timeline')}</h2>
      <ol aria-live="polite" className="flex flex-col gap-4 border-l-2 border-line pl-4">
        {shown.map((entry) => (
          <li key={entry.offset}>
            <Happened entry={entry} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Happened({ entry }: { entry: Entry }) {
  const { lang } = useWords()
  const { at, note, reason, by, kind } = entry
  const text = useTitleOf(entry)
  const isNamed = ['claimed', 'assigned', 'released', 'finished'].includes(kind)
  return (
    <div className="flex flex-col gap-0.5">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{text}</span>
        <time dateTime={at} title={fullTimeOf(at, lang)} className="text-sm text-muted">
          {agoOf(at, lang)}
        </time>
      </p>
      {by && !isNamed && <p className="text-sm text-muted">{by.name}</p>}
      {note && <p className="break-words whitespace-pre-wrap">{note}</p>}
      {reason && <p className="break-words whitespace-pre-wrap text-muted">{reason}</p>}
    </div>
  )
}

function useTitleOf({ kind, by, other, status, alerted = 0 }: Entry): string {
  const { say } = useWords()
  const name = by?.name ?? say('entry.somebody')
  const number = { other: `#${other?.number ?? ''}` }
  switch (kind) {
    case 'claimed':
    case 'assigned':
    case 'released':
    case 'finished':
      return say(`entry.${kind}`, { name })
    case 'merged':
    case 'unmerged':
    case 'absorbed':
    case 'parted':
      return say(`entry.${kind}`, number)
    case 'photo':
      return say(status === 'failed' ? 'entry.photo.failed' : 'entry.photo.ready')
    case 'alerted':
      return say('entry.alerted', { n: alerted })
    default:
      return say(`entry.${kind}`)
  }
}
