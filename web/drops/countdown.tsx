import type { Drop } from '../../services/drops/model'
import { fullTimeOf } from '../ui/times'
import { partsOf, useLeft } from './time'
import { useWords } from './words'

/** From here on there is nothing but the number. */
const lastMs = 10_000

/** How long until it opens, by the server's clock. Nothing once it is open. */
export function Countdown({ drop, nowMs }: { drop: Drop; nowMs(): number }) {
  const { say, lang } = useWords()
  const left = useLeft(drop.opensAt, nowMs)
  if (left <= 0) return null
  if (left <= lastMs) return <Last seconds={Math.ceil(left / 1000)} />
  const parts = partsOf(left)
  const shown = (['days', 'hours', 'minutes', 'seconds'] as const).filter((part) => part !== 'days' || parts.days > 0)
  return (
    <div className="flex flex-col items-center gap-3">
      <p className="text-white/80">{say('launch.opensIn')}</p>
      <div role="timer" className="flex gap-2 md:gap-4">
        {shown.map((part) => (
          <div key={part} className="flex min-w-18 flex-col items-center rounded-2xl bg-white/10 px-3 py-3 md:min-w-24">
            <span className="text-4xl font-semibold tabular-nums md:text-6xl">
              {String(parts[part]).padStart(2, '0')}
            </span>
            <span className="text-sm text-white/80">{say(`launch.${part}`)}</span>
          </div>
        ))}
      </div>
      <p className="text-sm text-white/80">{fullTimeOf(drop.opensAt, lang)}</p>
    </div>
  )
}

function Last({ seconds }: { seconds: number }) {
  const { say } = useWords()
  return (
    <div role="timer" className="flex flex-col items-center gap-1">
      <span className="text-8xl font-bold tabular-nums md:text-9xl">{seconds}</span>
      <span className="text-white/80">{say('launch.seconds')}</span>
    </div>
  )
}
