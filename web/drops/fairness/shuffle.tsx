import type { ReactNode } from 'react'
import type { Drop } from '../../../services/drops/model'
import { useSay } from '../organise/words'

/** The lobby's shuffle: what was promised before, what was told after, and where one was drawn. */
export function Shuffle({ drop, order, who }: { drop: Drop; order: readonly string[]; who: string | undefined }) {
  const say = useSay()
  const place = who === undefined ? 0 : order.indexOf(who) + 1
  return (
    <section className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{say('fair.shuffle')}</h2>
      <dl className="flex flex-col gap-3">
        <Line name={say('fair.commitment')}>{drop.commitment}</Line>
        {drop.seed ? <Line name={say('fair.seed')}>{drop.seed}</Line> : null}
      </dl>
      {!drop.seed && <p className="text-muted">{say('fair.seed.later')}</p>}
      {place > 0 && <p className="font-medium">{say('fair.place', { n: place, all: order.length })}</p>}
    </section>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd className="font-mono text-sm break-all">{children}</dd>
    </div>
  )
}
