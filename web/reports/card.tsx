import type { ReactNode } from 'react'
import type { Card } from '../../services/reports/model'
import { Link } from '../shell/router'
import { Icon } from '../ui/icons'
import { agoOf } from '../ui/times'
import { PriorityChip, StateChip } from './chips'
import { paths } from './paths'
import { useWords } from './words'

/** A report in a list. `extra` stands below, outside of the link. */
export function ReportCard({ card, extra }: { card: Card; extra?: ReactNode }) {
  const { say, lang } = useWords()
  return (
    <article className="flex w-full flex-col gap-2 rounded-2xl border border-line bg-surface p-4">
      <Link href={paths.report(card.id)} className="flex flex-col gap-1.5 hover:text-accent">
        <span className="flex flex-wrap items-center gap-2">
          <StateChip state={card.state} />
          <PriorityChip priority={card.priority} />
          {card.private && <Icon name="lock" className="size-4 text-muted" />}
          {card.private && <span className="sr-only">{say('report.private')}</span>}
        </span>
        <span className="font-semibold text-balance break-words">{card.title}</span>
        <span className="text-sm break-words text-muted">{card.place.text}</span>
      </Link>
      <p className="flex flex-wrap gap-x-3 text-sm text-muted">
        <span className="tabular-nums">#{card.number}</span>
        <span>{agoOf(card.openedAt, lang)}</span>
        {card.technician && <span>{say('report.by.technician', { name: card.technician.name })}</span>}
        {card.followers > 0 && <span>{say('report.followers', { n: card.followers })}</span>}
      </p>
      {extra}
    </article>
  )
}

export function Cards({ cards, extra }: { cards: readonly Card[]; extra?: (card: Card) => ReactNode }) {
  return (
    <ul className="grid gap-3 md:grid-cols-2">
      {cards.map((card) => (
        <li key={card.id} className="flex min-w-0">
          <ReportCard card={card} extra={extra?.(card)} />
        </li>
      ))}
    </ul>
  )
}
