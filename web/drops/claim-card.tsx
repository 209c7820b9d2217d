/** One's own claims: a hold with its countdown, a place in the line, a receipt. */
import { useState } from 'react'
import type { Claim, Drop } from '../../services/drops/model'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { usePlace } from '../shell/router'
import { timeOf } from '../ui/times'
import { isActive, ordered } from './claims'
import { Receipt } from './receipt'
import type { Sale } from './sale'
import { clockOf, useLeft } from './time'
import { causeOf } from './wait'
import { useSay, useWords } from './words'

export function ClaimCards({ sale, drop, claims }: { sale: Sale; drop: Drop; claims: readonly Claim[] }) {
  const now = ordered(claims)
  const shown = now.some(isActive) ? now.filter(isActive) : now.slice(0, 1)
  return (
    <ul className="mx-auto flex w-full max-w-md flex-col gap-4 text-left text-ink">
      {shown.map((claim) => (
        <li key={claim.claim}>
          <ClaimCard sale={sale} drop={drop} claim={claim} />
        </li>
      ))}
    </ul>
  )
}

interface OfClaim {
  sale: Sale
  drop: Drop
  claim: Claim
}

function ClaimCard({ sale, drop, claim }: OfClaim) {
  const say = useSay()
  const { state } = claim
  if (state === 'sold' || state === 'redeemed') return <Receipt claim={claim} />
  return (
    <section
      data-testid={`claim-${state}`}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-5"
    >
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="text-xl font-semibold">{say(`claim.${state}`)}</h2>
        <span className="whitespace-nowrap text-muted">{say('claim.units', { n: claim.quantity })}</span>
      </div>
      {(state === 'held' || state === 'offered') && <Hold sale={sale} claim={claim} />}
      {state === 'waiting' && <Waiting sale={sale} drop={drop} claim={claim} />}
    </section>
  )
}

function Hold({ sale, claim }: { sale: Sale; claim: Claim }) {
  const say = useSay()
  const left = useLeft(claim.until, sale.now)
  const { busy, problem, run } = useChange(sale, claim.claim)
  const asked = new URLSearchParams(usePlace().search).get('decline') === claim.claim
  const [giving, setGiving] = useState(asked)
  const no = claim.state === 'offered' ? 'decline' : 'release'
  return (
    <>
      <p role="timer" className={`text-3xl font-semibold tabular-nums ${left < 60_000 ? 'text-bad' : ''}`}>
        {say('claim.left', { clock: clockOf(left) })}
      </p>
      {problem && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button className="flex-1" busy={busy} onClick={() => void run('confirm')}>
          {say('claim.confirm')}
        </Button>
        <Button look="outline" disabled={busy} onClick={() => setGiving(true)}>
          {say(`claim.${no}`)}
        </Button>
      </div>
      {giving && (
        <Confirm
          title={say('claim.release.ask')}
          yes={say(`claim.${no}`)}
          onYes={() => sale.change(no, claim.claim)}
          onClose={() => setGiving(false)}
        >
          {say('claim.release.text')}
        </Confirm>
      )}
    </>
  )
}

function Waiting({ sale, drop, claim }: OfClaim) {
  const say = useSay()
  const [leaving, setLeaving] = useState(false)
  return (
    <>
      {claim.place !== undefined && <p className="text-3xl font-semibold">{say('claim.place', { n: claim.place })}</p>}
      <Turn sale={sale} drop={drop} claim={claim} />
      <p className="text-muted">{say('claim.place.text')}</p>
      <Button look="outline" onClick={() => setLeaving(true)}>
        {say('claim.leave')}
      </Button>
      {leaving && (
        <Confirm
          title={say('claim.leave.ask')}
          yes={say('claim.leave')}
          onYes={() => sale.change('release', claim.claim)}
          onClose={() => setLeaving(false)}
        >
          {say('claim.leave.text')}
        </Confirm>
      )}
    </>
  )
}

const minuteMs = 60_000

/** When it is one's turn, as far as anybody can promise; and why, where that is later than it was. */
function Turn({ sale, drop, claim }: OfClaim) {
  const { say, lang } = useWords()
  const wait = sale.wait(claim, drop)
  if (!wait) return null
  const longer = causeOf(wait, drop)
  // The minute that has begun counts as a whole: it is said to be kept.
  const by = wait.by && timeOf(Math.ceil(Date.parse(wait.by) / minuteMs) * minuteMs, lang)
  return (
    <div data-testid="turn" role="status" className="flex flex-col gap-1">
      <p>{by ? say('claim.turn', { at: by }) : say('claim.turn.never')}</p>
      {longer && <p className="text-warn">{say(`claim.turn.${longer.cause}`, { n: longer.units })}</p>}
    </div>
  )
}

function useChange(sale: Sale, claim: string) {
  const say = useSay()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const run = async (what: 'confirm'): Promise<void> => {
    setBusy(true)
    setProblem(undefined)
    await sale.change(what, claim).catch((error: unknown) => setProblem(explain(error, say)))
    setBusy(false)
  }
  return { busy, problem, run }
}
