import { useState } from 'react'
import type { Client } from '../../client/client'
import { isOver, mostBots, type Sale } from '../../services/watch/model'
import { Link } from '../shell/router'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { useStore } from '../ui/use-store'
import { Count, Counts } from './counts'
import type { Latest } from './latest'
import { useSay, useWords } from './words'

interface SaleProps {
  sales: Latest<Sale>
  client: Client
}

/** Five hundred who come at once for a hundred things; and what they were told, held against what was written down. */
export function SalePanel({ sales, client }: SaleProps) {
  const say = useSay()
  const sale = useStore(sales.store)
  const [problem, setProblem] = useState<string>()
  const goesOn = sale !== undefined && !isOver(sale)
  const start = (): void => {
    setProblem(undefined)
    client.command('watch.sell_to_bots', {}).catch((error: unknown) => setProblem(explain(error, say)))
  }
  return (
    <section
      aria-label={say('sale.title')}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4 lg:col-span-2"
    >
      <h2 className="text-lg font-semibold">{say('sale.title')}</h2>
      <p className="text-muted">{say('sale.text')}</p>
      {problem && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button busy={goesOn} onClick={start}>
          {say('sale.start', { n: mostBots })}
        </Button>
        {sale?.drop && (
          <Link
            href={`/drops/${encodeURIComponent(sale.drop)}`}
            className="inline-flex min-h-11 items-center font-medium text-accent"
          >
            {say('sale.look')}
          </Link>
        )}
      </div>
      {sale && <Figures sale={sale} />}
    </section>
  )
}

function Figures({ sale }: { sale: Sale }) {
  const { say, lang } = useWords()
  const numbers = new Intl.NumberFormat(lang)
  const nodes = Object.entries(sale.nodes)
    .sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
    .map(([node, answers]) => `${node}: ${numbers.format(answers)}`)
  return (
    <>
      <p role="status" className="text-sm font-medium">
        {say(`sale.${sale.stage}`, { ms: sale.tookMs ?? 0 })}
      </p>
      <Counts>
        <Count name={say('sale.asked')} n={sale.asked} />
        <Count name={say('sale.acknowledged')} n={sale.acknowledged} />
        <Count name={say('sale.refused')} n={sale.refused} />
        <Count name={say('sale.lost')} n={sale.lost} isBad={(sale.lost ?? 0) > 0} />
        <Count name={say('sale.doubled')} n={sale.doubled} isBad={(sale.doubled ?? 0) > 0} />
        <Count name={say('sale.oversold')} n={sale.oversold} isBad={(sale.oversold ?? 0) > 0} />
      </Counts>
      {nodes.length > 0 && <p className="text-sm text-muted">{say('sale.nodes', { nodes: nodes.join(', ') })}</p>}
    </>
  )
}
