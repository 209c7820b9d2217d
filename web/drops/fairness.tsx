/** The public record of a drop, recomputed here: every decision must follow from what stood before it. */
import { useCallback, useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import { verifyPages, type Proof } from '../../services/drops/model/verify'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Spinner } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { RecordTable, type Entry } from './fairness/record'
import { Shuffle } from './fairness/shuffle'
import { useSay } from './organise/words'
import { paths } from './paths'

interface Checked {
  events: number
  proof?: Proof & { offset: number }
  entries: readonly Entry[]
  error?: unknown
}

export default function FairnessPage({ signedIn: { client }, params: { id } }: PageProps<{ id: string }>) {
  const say = useSay()
  const [checked, check] = useCheck(client, id)
  const { value } = useQuery(
    useCallback((signal) => client.query('drops.mine', { drop: id }, { signal }), [client, id]),
  )
  const { value: got } = useQuery(
    useCallback((signal) => client.query('drops.get', { drop: id }, { signal }), [client, id]),
  )
  const who = value?.who[id]
  const hasEntry = checked.entries.some((entry) => entry.who === who)
  if (checked.error !== undefined)
    return (
      <Empty icon="alert" title={say('failed.title')}>
        {explain(checked.error, say)}
      </Empty>
    )
  return (
    <PageBody title={say('fair.title')} width="wide">
      {got && (
        <Link
          href={paths.drop(id)}
          className="inline-flex min-h-6 items-center gap-2 self-start text-lg font-medium text-accent"
        >
          <Icon name="back" />
          {got.drop.title}
        </Link>
      )}
      <p className="max-w-3xl text-muted">{say('fair.text')}</p>
      <Verdict checked={checked} onAgain={check} />
      {who && <p>{hasEntry ? say('fair.you', { who }) : say('fair.you.none')}</p>}
      {got?.drop.mode === 'lobby' && <Shuffle drop={got.drop} order={checked.proof?.order ?? []} who={who} />}
      {checked.proof && <RecordTable entries={checked.entries} who={hasEntry ? who : undefined} />}
    </PageBody>
  )
}

function Verdict({ checked: { events, proof }, onAgain }: { checked: Checked; onAgain(): void }) {
  const say = useSay()
  if (!proof) {
    return (
      <p role="status" className="flex items-center gap-2">
        <Spinner />
        {say('fair.checking', { n: events })}
      </p>
    )
  }
  const { faults, offset } = proof
  return (
    <div role="status" className="flex flex-col items-start gap-3">
      {faults.length === 0 ? (
        <p
          data-testid="fair"
          className="flex items-start gap-2 rounded-xl bg-accent-soft px-4 py-3 font-medium text-ok"
        >
          <Icon name="tick" className="mt-0.5 size-5 shrink-0" />
          {say('fair.right', { n: offset })}
        </p>
      ) : (
        <Problem>
          {say('fair.wrong', { n: faults.length })}: {faults.slice(0, 5).join('; ')}
        </Problem>
      )}
      <Button look="outline" onClick={onAgain}>
        {say('fair.again')}
      </Button>
    </div>
  )
}

/** Goes through the record now, and again when asked. */
function useCheck(client: Client, id: string): [Checked, () => void] {
  const [checked, setChecked] = useState<Checked>({ events: 0, entries: [] })
  const [round, setRound] = useState(0)
  useEffect(() => {
    const stop = new AbortController()
    const entries: Entry[] = []
    setChecked({ events: 0, entries })
    const page = async (after: number) => {
      setChecked({ events: after, entries })
      return client.query('drops.record', { drop: id, after }, { signal: stop.signal })
    }
    verifyPages(page, ({ offset, kind, at, data }) =>
      entries.push({ offset, kind, at, ...(data as Partial<Entry>) }),
    ).then(
      (proof) => setChecked({ events: proof.offset, proof, entries }),
      (error: unknown) => stop.signal.aborted || setChecked({ events: 0, entries, error }),
    )
    return () => stop.abort()
  }, [client, id, round])
  return [checked, () => setRound((before) => before + 1)]
}
