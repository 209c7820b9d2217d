import type { Drop } from '../../services/drops/model'
import { fullTimeOf } from '../ui/times'
import { partsOf, useLeft } from './time'
import { useWords } from './words'

/** How long until it opens, by the server's clock. Nothing once it is open. */
export function Countdown({ drop, nowMs }: { drop: Drop; nowMs(): number }) {
  const { say, lang } = useWords()
  const left = useLeft(drop.opensAt, nowMs)
  if (left <= 0) return null
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
