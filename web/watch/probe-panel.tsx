import { lost } from '../../services/watch/model'
import { Button } from '../ui/button'
import { useStore } from '../ui/use-store'
import type { Probe } from './probe'
import { useWords } from './words'

/** Whether anything gets lost or doubled, in numbers that move. */
export function ProbePanel({ probe }: { probe: Probe }) {
  const { say, lang } = useWords()
  const tally = useStore(probe.tally)
  const isSending = useStore(probe.isSending)
  const numbers = new Intl.NumberFormat(lang)
  const lostNow = lost(tally, performance.now())
  const counts: [name: string, value: string, isBad?: boolean][] = [
    [say('probe.sent'), numbers.format(tally.sent)],
    [say('probe.acknowledged'), numbers.format(tally.acknowledged)],
    [say('probe.seen'), numbers.format(tally.seen)],
    [say('probe.lost'), numbers.format(lostNow), lostNow > 0],
    [say('probe.doubled'), numbers.format(tally.doubled), tally.doubled > 0],
    [say('probe.slowest'), say('probe.ms', { n: tally.slowestMs })],
  ]
  return (
    <section className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{say('probe.title')}</h2>
      <p className="text-muted">{say('probe.text')}</p>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {counts.map(([name, value, isBad = false]) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className={`text-2xl font-semibold tabular-nums ${isBad ? 'text-bad' : ''}`}>{value}</dd>
          </div>
        ))}
      </dl>
      <div>
        <Button look={isSending ? 'outline' : 'primary'} onClick={() => (isSending ? probe.stop() : probe.start())}>
          {say(isSending ? 'probe.stop' : 'probe.start')}
        </Button>
      </div>
    </section>
  )
}
