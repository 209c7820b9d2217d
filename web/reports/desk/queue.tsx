/** A technician's day: what is theirs, what nobody has, what is late. Live, and made for a phone. */
import { useCallback, useState } from 'react'
import { dueAt, isOpen, isUnclaimed, type Card } from '../../../services/reports/model'
import type { PageProps } from '../../shell/page'
import type { SignedIn } from '../../shell/session'
import { PushOffer } from '../../inbox/push-offer'
import { Badge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { Checkbox } from '../../ui/inputs'
import { PageBody } from '../../ui/page-body'
import { Skeleton } from '../../ui/spinner'
import { Tabs } from '../../ui/tabs'
import { agoOf } from '../../ui/times'
import { useQuery } from '../../ui/use-query'
import { useResource } from '../../ui/use-resource'
import { useStore } from '../../ui/use-store'
import { ReportCard } from '../card'
import { Failed } from '../failed'
import { userOf } from '../rights'
import { useAct } from '../use-act'
import { AssignBar, Choose, useChoice, type Choice } from './assign'
import { liveBoard } from './live-board'
import { Raise } from './raise'
import { useSay, useWords } from './words'

const tabs = ['mine', 'unclaimed', 'overdue'] as const
type Tab = (typeof tabs)[number]

export default function QueuePage({ signedIn }: PageProps) {
  const live = useResource(useCallback(() => liveBoard(signedIn.client), [signedIn]))
  return live && <Queue signedIn={signedIn} board={live.store} />
}

type Store = ReturnType<typeof liveBoard>['store']

function Queue({ signedIn, board }: { signedIn: SignedIn; board: Store }) {
  const say = useSay()
  const { state, error, phase } = useStore(board)
  const [tab, setTab] = useState<Tab>('mine')
  const choice = useChoice(state?.cards ?? [])
  if (!state) {
    if (phase === 'ended') return <Failed error={error} />
    return <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-3/4']} />
  }
  const lists = listsOf(state.cards, userOf(signedIn))
  return (
    <PageBody title={say('queue.title')} actions={<Duty signedIn={signedIn} />}>
      <PushOffer client={signedIn.client} reason={say('queue.tellMe')} />
      <Tabs
        label={say('queue.title')}
        value={tab}
        onChange={setTab}
        tabs={tabs.map((id) => ({
          id,
          label: say(`queue.${id}`),
          extra: lists[id].length > 0 && (
            <Badge count={lists[id].length} label={say('queue.count', { n: lists[id].length })} />
          ),
        }))}
      >
        <List signedIn={signedIn} tab={tab} cards={lists[tab]} choice={choice} />
      </Tabs>
      <AssignBar client={signedIn.client} choice={choice} />
    </PageBody>
  )
}

interface ListProps {
  signedIn: SignedIn
  tab: Tab
  cards: readonly Card[]
  choice: Choice
}

function List({ signedIn, tab, cards, choice }: ListProps) {
  const say = useSay()
  return (
    <>
      {cards.length === 0 && <p className="p-4 text-muted">{say(`queue.none.${tab}`)}</p>}
      <ul className="flex flex-col gap-3 pb-24">
        {cards.map((card) => (
          <li key={card.id}>
            <ReportCard card={card} extra={<CardFoot signedIn={signedIn} card={card} choice={choice} />} />
          </li>
        ))}
      </ul>
    </>
  )
}

function listsOf(cards: readonly Card[], me: string | undefined): Record<Tab, Card[]> {
  const now = Date.now()
  const open = cards.filter(({ state }) => isOpen(state)).toSorted(urgentFirst)
  return {
    mine: open.filter(({ technician }) => technician?.id === me),
    unclaimed: open.filter(({ state }) => isUnclaimed(state)),
    overdue: open.filter((card) => (dueAt(card) ?? Infinity) < now),
  }
}

const rank = { emergency: 0, medium: 1, normal: 2 } as const
const urgentFirst = (a: Card, b: Card): number => rank[a.priority] - rank[b.priority] || a.number - b.number

interface FootProps {
  signedIn: SignedIn
  card: Card
  choice: Choice
}

function CardFoot({ signedIn: { client }, card, choice }: FootProps) {
  const { say, lang } = useWords()
  const { busy, act } = useAct()
  const due = dueAt(card)
  const isLate = due !== undefined && due < Date.now()
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Choose card={card} choice={choice} />
      {isUnclaimed(card.state) && (
        <Button busy={busy} onClick={() => act(() => client.command('reports.claim', { report: card.id }))}>
          {say('act.claim')}
        </Button>
      )}
      <Raise client={client} card={card} />
      {due !== undefined && (
        <span className={`text-sm ${isLate ? 'font-medium text-bad' : 'text-muted'}`}>
          {say(isLate ? 'queue.late' : 'queue.due', { at: agoOf(due, lang) })}
        </span>
      )}
    </div>
  )
}

function Duty({ signedIn: { client } }: { signedIn: SignedIn }) {
  const say = useSay()
  const { value, refresh } = useQuery(
    useCallback((signal) => client.query('reports.my_duty', {}, { signal }), [client]),
  )
  const { busy, act } = useAct()
  const set = async (on: boolean): Promise<void> => {
    await client.command('reports.duty', { on })
    refresh()
  }
  return (
    <Checkbox
      label={say('queue.duty')}
      hint={say('queue.duty.hint')}
      checked={value?.on ?? false}
      disabled={!value || busy}
      onChange={({ target }) => act(() => set(target.checked))}
    />
  )
}
