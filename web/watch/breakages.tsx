import { useState } from 'react'
import type { Client } from '../../client/client'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { timeOf } from '../ui/times'
import { useStore } from '../ui/use-store'
import type { Happened, Probe } from './probe'
import { useWords } from './words'

/** What concerns the whole cluster, and what was broken so far. */
export function Breakages({ probe, client }: { probe: Probe; client: Client }) {
  const { say, lang } = useWords()
  const broken = useStore(probe.broken)
  const [problem, setProblem] = useState<string>()
  const stopBus = (): void => {
    setProblem(undefined)
    client.command('watch.break', { what: 'bus' }).catch((error: unknown) => setProblem(explain(error, say)))
  }
  const told = ({ what, target = '' }: Happened): string =>
    what === 'bus' ? say('break.said.bus') : say(`break.said.${what}`, { node: target })
  return (
    <section className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{say('break.title')}</h2>
      <p className="text-muted">{say('break.text')}</p>
      {problem && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button look="outline" onClick={stopBus}>
          {say('break.bus')}
        </Button>
      </div>
      <ul aria-live="polite" className="flex flex-col gap-1 text-sm">
        {broken.length === 0 && <li className="text-muted">{say('break.none')}</li>}
        {broken.map((one) => (
          <li key={one.offset} className="flex gap-2">
            <span className="text-muted tabular-nums">{timeOf(one.at, lang)}</span>
            {told(one)}
          </li>
        ))}
      </ul>
    </section>
  )
}
