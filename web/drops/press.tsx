/** The one button, and what became of its press. */
import type { ReactNode } from 'react'
import type { Drop } from '../../services/drops/model'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Spinner } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import { isActive } from './claims'
import type { Own, Sale } from './sale'
import { useLeft } from './time'
import { useSay } from './words'

interface PressPanelProps {
  sale: Sale
  drop: Drop
  own: Own | undefined
  quantity: number
  onQuantity(quantity: number): void
}

/** What can be done now: enter the lobby, buy, join the line, or only wait. */
export function PressPanel({ sale, drop, own, quantity, onQuantity }: PressPanelProps) {
  const say = useSay()
  const left = useLeft(drop.opensAt, sale.now)
  const owned = (own?.claims ?? []).filter(isActive).reduce((sum, claim) => sum + claim.quantity, 0)
  const isOver = left === 0 && drop.status === 'sold_out' && !canWait(drop)
  if (drop.status === 'closed') return <Word title={say('launch.closed')}>{say('launch.closed.text')}</Word>
  if (drop.status === 'paused') return <Word title={say('launch.paused')}>{say('launch.paused.text')}</Word>
  if (left > 0 && own?.entered) {
    return (
      <Word title={say('launch.entered')}>
        {say('launch.entered.text')} {say('launch.entries', { n: drop.entries })}
      </Word>
    )
  }
  if (isOver && owned === 0) return <Word title={say('launch.gone')}>{say('launch.gone.text')}</Word>
  if (isOver || owned >= drop.perPerson) return null
  if (left > 0 && drop.status !== 'lobby') return <p className="text-white/80">{say('launch.soon')}</p>
  const queues = left === 0 && drop.free === 0 && canWait(drop)
  const label = left > 0 ? 'launch.enter' : queues ? 'launch.queue' : owned > 0 ? 'launch.more' : 'launch.buy'
  return (
    <div data-asks className="flex w-full flex-col items-center gap-4">
      {drop.perPerson - owned > 1 && <Quantity most={drop.perPerson - owned} value={quantity} onChange={onQuantity} />}
      <BigButton
        sale={sale}
        label={say(label)}
        onPress={() => (left > 0 ? sale.enter(quantity) : sale.claim(quantity))}
      />
      {left > 0 && <p className="text-white/80">{say('launch.entries', { n: drop.entries })}</p>}
    </div>
  )
}

const canWait = ({ waitlist, waiting }: Drop): boolean =>
  waitlist === true || (waitlist !== false && waiting < waitlist)

function BigButton({ sale, label, onPress }: { sale: Sale; label: string; onPress(): void }) {
  const say = useSay()
  const { state } = useStore(sale.press)
  const busy = state === 'asking' || state === 'checking'
  return (
    <button
      type="button"
      data-testid="press"
      disabled={busy}
      aria-busy={busy || undefined}
      onClick={onPress}
      className="inline-flex min-h-16 w-full max-w-md items-center justify-center gap-3 rounded-full bg-white px-8 text-xl font-bold tracking-wide text-black transition-transform hover:scale-[1.02] focus-visible:outline-4 focus-visible:outline-offset-4 focus-visible:outline-white active:scale-[0.98] disabled:scale-100 disabled:bg-white/70"
    >
      {busy && <Spinner className="size-5" />}
      {busy ? say(state === 'checking' ? 'launch.checking' : 'launch.asking') : label}
    </button>
  )
}

function Quantity({ most, value, onChange }: { most: number; value: number; onChange(quantity: number): void }) {
  const say = useSay()
  return (
    <label className="flex items-center gap-3">
      <span className="text-white/80">{say('launch.quantity')}</span>
      <select
        value={Math.min(value, most)}
        onChange={(event) => onChange(Number(event.target.value))}
        className="min-h-11 rounded-xl border border-white/50 bg-black px-3 text-white"
      >
        {Array.from({ length: Math.min(most, 100) }, (_, nth) => (
          <option key={nth + 1} value={nth + 1}>
            {nth + 1}
          </option>
        ))}
      </select>
    </label>
  )
}

function Word({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex max-w-md flex-col gap-1">
      <p className="text-2xl font-semibold">{title}</p>
      <p className="text-white/80">{children}</p>
    </div>
  )
}

/** The verdict in words, and which node gave it. Said aloud when it changes. Under a button there is room for it before. */
export function PressLine({ sale }: { sale: Sale }) {
  const say = useSay()
  const press = useStore(sale.press)
  return (
    <div
      role="status"
      data-testid="verdict"
      className="flex max-w-md flex-col items-center gap-1 [:not([data-asks])+&]:empty:-mt-8 [[data-asks]+&]:min-h-14"
    >
      {press.state === 'checking' && <p className="text-amber-200">{say('launch.checking.text')}</p>}
      {press.state === 'told' && (
        <>
          <p className="flex items-center gap-2 text-lg font-semibold">
            {(press.verdict === 'sold' || press.verdict === 'held') && <Icon name="tick" className="size-5 shrink-0" />}
            {say(`verdict.${press.verdict}`)}
          </p>
          <p className="text-sm text-white/80">{say('launch.node', { node: press.node })}</p>
        </>
      )}
      {press.state === 'refused' && <p className="text-red-300">{explain(press.error, say)}</p>}
    </div>
  )
}
