import { lost } from '../../services/watch/model'
import { Button } from '../ui/button'
import { useStore } from '../ui/use-store'
import { Count, Counts } from './counts'
import type { Probe } from './probe'
import { useSay } from './words'

/** Whether anything gets lost or doubled, in numbers that move. */
export function ProbePanel({ probe }: { probe: Probe }) {
  const say = useSay()
  const tally = useStore(probe.tally)
  const isSending = useStore(probe.isSending)
  const lostNow = lost(tally, performance.now())
  return (
    <section className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{say('probe.title')}</h2>
      <p className="text-muted">{say('probe.text')}</p>
      <Counts>
        <Count name={say('probe.sent')} n={tally.sent} />
        <Count name={say('probe.acknowledged')} n={tally.acknowledged} />
        <Count name={say('probe.seen')} n={tally.seen} />
        <Count name={say('probe.lost')} n={lostNow} isBad={lostNow > 0} />
        <Count name={say('probe.doubled')} n={tally.doubled} isBad={tally.doubled > 0} />
        <Count name={say('probe.slowest')} n={tally.slowestMs} unit={` ${say('unit.ms')}`} />
      </Counts>
      <div>
        <Button look={isSending ? 'outline' : 'primary'} onClick={() => (isSending ? probe.stop() : probe.start())}>
          {say(isSending ? 'probe.stop' : 'probe.start')}
        </Button>
      </div>
    </section>
  )
}
