import type { Drop } from '../../services/drops/model'
import { useSay } from './words'

/** What is left, live: a bar for the eye, the numbers for everybody. */
export function Stock({ drop }: { drop: Drop }) {
  const say = useSay()
  const { stock, free, held, sold, waiting } = drop
  const part = (units: number): string => `${stock > 0 ? (units / stock) * 100 : 0}%`
  const numbers = [
    { key: 'free', count: free, dot: 'bg-emerald-400' },
    { key: 'held', count: held, dot: 'bg-amber-300' },
    { key: 'sold', count: sold, dot: 'bg-white/50' },
    ...(waiting > 0 ? [{ key: 'waiting', count: waiting, dot: 'bg-sky-300' } as const] : []),
  ] as const
  return (
    <div className="flex w-full max-w-md flex-col gap-3">
      <div
        role="img"
        aria-label={say('stock.label', { free, held, sold, stock })}
        className="flex h-3 overflow-hidden rounded-full bg-white/10"
      >
        <span className="bg-emerald-400 transition-[width] duration-500" style={{ width: part(free) }} />
        <span className="bg-amber-300 transition-[width] duration-500" style={{ width: part(held) }} />
        <span className="bg-white/50 transition-[width] duration-500" style={{ width: part(sold) }} />
      </div>
      <dl className="flex flex-wrap justify-center gap-x-6 gap-y-2">
        {numbers.map(({ key, count, dot }) => (
          <div key={key} className="flex items-center gap-2">
            <span aria-hidden="true" className={`size-2.5 rounded-full ${dot}`} />
            <dt className="text-white/80">{say(`stock.${key}`)}</dt>
            <dd data-testid={`stock-${key}`} className="font-semibold tabular-nums">
              {count}
            </dd>
          </div>
        ))}
      </dl>
      {held > 0 && <p className="text-sm text-white/80">{say('stock.back')}</p>}
    </div>
  )
}
