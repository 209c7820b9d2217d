/** Sessions that concern one: what is open, what comes, what is over. */
import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import type { Live } from '../../client/live'
import { directoryTopic } from '../../services/attendance/model'
import type { SessionItem } from '../../services/attendance/model/lists'
import type { PageProps } from '../shell/page'
import { Link, navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { QrScanner } from '../ui/qr-scanner'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { paths } from './paths'
import { mayOpen } from './rights'
import { WayLink } from '../shell/way-link'
import { whenOf } from './when'
import { useSay, useWords } from './words'

/** The list, read anew whenever its topic says that something changed. */
function openList(client: Client) {
  let reading: ReturnType<typeof setTimeout> | undefined
  const read = () => client.query('attendance.sessions', {})
  // Many hear of it at once; they don't all ask in the same moment.
  const onEvent = (): void => {
    clearTimeout(reading)
    reading = setTimeout(again, 200 + Math.random() * 800)
  }
  const again = (): void =>
    void read().then(
      ({ sessions }) => list.amend(() => ({ sessions })),
      () => undefined,
    )
  const list: Live<{ sessions: SessionItem[] }> = client.live<{ sessions: SessionItem[] }>({
    topic: directoryTopic,
    query: async () => {
      const { sessions, position } = await read()
      return { state: { sessions }, position }
    },
    apply: (state) => state,
    onEvent,
  })
  return { list, close: () => (clearTimeout(reading), list.close()) }
}

export default function SessionsPage({ signedIn: { client } }: PageProps) {
  const opened = useResource(useCallback(() => openList(client), [client]))
  return opened && <Sessions list={opened.list} client={client} />
}

function Sessions({ list, client }: { list: Live<{ sessions: SessionItem[] }>; client: Client }) {
  const say = useSay()
  const { state, error } = useStore(list.store)
  const role = useStore(client.connection.status).server?.user.role
  const [scanning, setScanning] = useState(false)
  const actions = (
    <>
      <Button look="outline" onClick={() => setScanning(true)}>
        <Icon name="scan" />
        {say('list.scan')}
      </Button>
      <WayLink href={paths.mine} icon="present" text={say('list.mine')} />
      {mayOpen(role) && <WayLink href={paths.table} icon="list" text={say('list.table')} />}
      {mayOpen(role) && <WayLink href={paths.settings} icon="gear" text={say('campus.title')} />}
      {mayOpen(role) && <WayLink href={paths.create} icon="plus" text={say('list.new')} strong />}
    </>
  )
  return (
    <PageBody title={say('title')} actions={actions} width="wide">
      {state && state.sessions.length > 0 && <Groups sessions={state.sessions} />}
      {state?.sessions.length === 0 && (
        <Empty icon="present" title={say('empty.title')}>
          {say('empty.text')}
        </Empty>
      )}
      {!state && !error && <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-3/4']} />}
      {!state && error && (
        <Empty icon="alert" title={say('failed.title')}>
          {explain(error, say)}
        </Empty>
      )}
      {scanning && <ScanDialog onClose={() => setScanning(false)} />}
    </PageBody>
  )
}

function ScanDialog({ onClose }: { onClose(): void }) {
  const say = useSay()
  const [wrong, setWrong] = useState(false)
  const found = (text: string): void => {
    const [, path] = /(\/attendance\/[A-Za-z0-9_-]+#[A-Z0-9]+)$/.exec(text) ?? []
    setWrong(path === undefined)
    if (path !== undefined) navigate(path)
  }
  return (
    <Dialog title={say('list.scan')} shape="sheet" onClose={onClose}>
      <QrScanner onFound={found} />
      {wrong && <Problem>{say('list.not.code')}</Problem>}
    </Dialog>
  )
}

function Groups({ sessions }: { sessions: readonly SessionItem[] }) {
  const say = useSay()
  const groups = (
    [
      ['list.now', 'open'],
      ['list.next', 'scheduled'],
      ['list.past', 'closed'],
    ] as const
  ).map(([title, status]) => ({ title, sessions: sessions.filter((one) => one.status === status) }))
  return groups
    .filter((group) => group.sessions.length > 0)
    .map((group) => (
      <section key={group.title} className="flex flex-col gap-3">
        <h2 className="text-lg font-semibold">{say(group.title)}</h2>
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {group.sessions.slice(0, 60).map((session) => (
            <li key={session.id} className="flex">
              <Card session={session} />
            </li>
          ))}
        </ul>
      </section>
    ))
}

const looks = { open: 'bg-accent text-on-accent', scheduled: 'bg-sunken text-ink', closed: 'bg-sunken text-muted' }

function Card({ session: { id, title, status, startsAt, closesAt, teaches } }: { session: SessionItem }) {
  const { say, lang } = useWords()
  const state = {
    open: () => say('status.open', { at: whenOf(closesAt, lang) }),
    scheduled: () => say('status.scheduled', { at: whenOf(startsAt, lang) }),
    closed: () => say('status.closed'),
  }[status]()
  return (
    <Link
      href={teaches ? paths.board(id) : paths.session(id)}
      data-testid="session"
      className="flex w-full flex-col gap-2 rounded-2xl border border-line bg-surface p-4 transition-colors hover:border-accent"
    >
      <span className={`self-start rounded-full px-3 py-0.5 text-sm font-medium ${looks[status]}`}>{state}</span>
      <span className="text-lg leading-snug font-semibold text-balance">{title}</span>
      <span className="mt-auto flex flex-wrap gap-x-3 text-sm text-muted">
        <span>{whenOf(startsAt, lang)}</span>
        {teaches && <span>{say('list.teaches')}</span>}
      </span>
    </Link>
  )
}
