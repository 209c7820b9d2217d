/** Finding messages by words, channel, author and date. What is asked stands in the address. */
import { useCallback, useState, type FormEvent } from 'react'
import type { Client } from '../../client/client'
import type { SearchInput } from '../../client/methods/discussion'
import type { Channel, Found } from '../../services/discussion/model'
import type { PageProps } from '../shell/page'
import { Link, navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Spinner } from '../ui/spinner'
import { fullTimeOf } from '../ui/times'
import { useQuery } from '../ui/use-query'
import { nameOf } from './names'
import { paths } from './paths'
import { Said } from './said'
import { useSay, useWords } from './words'

export default function SearchPage({ signedIn: { client }, query }: PageProps) {
  const say = useSay()
  const asked = query.toString()
  const { value: list } = useQuery(useCallback(() => client.query('discussion.channels', {}), [client]))
  return (
    <PageBody title={say('search.title')}>
      <Ask key={asked} client={client} query={query} channels={list?.channels ?? []} />
      {(query.get('q') || query.get('channel')) && <Results key={`r${asked}`} client={client} asked={asked} />}
    </PageBody>
  )
}

const fields = ['q', 'channel', 'author', 'since', 'until'] as const
const inputs = ['q', 'channel', 'by', 'since', 'until'] as const

interface AskProps {
  client: Client
  query: URLSearchParams
  channels: readonly Channel[]
}

function Ask({ client, query, channels }: AskProps) {
  const say = useSay()
  const ask = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const next = new URLSearchParams()
    for (const field of inputs) {
      const value = data.get(field)
      if (typeof value === 'string' && value.trim() !== '') next.set(field, value.trim())
    }
    const by = next.get('by')
    if (by) {
      const { people } = await client.query('people.find', { q: by, limit: 1 })
      // Nobody by that name has said nothing.
      next.set('author', people[0]?.id ?? 'nobody')
    }
    navigate(`/search?${next.toString()}`)
  }
  const channel = query.get('channel') ?? ''
  return (
    <form
      onSubmit={(event) => void ask(event).catch(() => undefined)}
      role="search"
      className="grid gap-3 sm:grid-cols-2"
    >
      <div className="sm:col-span-2">
        <Field label={say('search.words')} name="q" type="search" defaultValue={query.get('q') ?? ''} autoFocus />
      </div>
      <Select
        key={`${channels.length} ${channel}`}
        label={say('search.where')}
        name="channel"
        defaultValue={channel}
        options={[
          { value: '', label: say('search.everywhere') },
          ...channels.map((one) => ({ value: one.id, label: nameOf(one) })),
        ]}
      />
      <div className="grid grid-cols-2 gap-3">
        <Field label={say('search.since')} name="since" type="date" defaultValue={query.get('since') ?? ''} />
        <Field label={say('search.until')} name="until" type="date" defaultValue={query.get('until') ?? ''} />
      </div>
      <div className="sm:col-span-2">
        <Field label={say('search.author')} name="by" defaultValue={query.get('by') ?? ''} autoComplete="off" />
      </div>
      <Button type="submit" className="sm:col-span-2">
        {say('search.go')}
      </Button>
    </form>
  )
}

const pageSize = 20
/** Midnight, where the person is. */
const momentOf = (day: string): string => new Date(`${day}T00:00:00`).toISOString()

function inputOf(asked: string): SearchInput {
  const query = new URLSearchParams(asked)
  const [q, channel, author, since, until] = fields.map((field) => query.get(field) ?? undefined)
  return {
    limit: pageSize,
    ...(q ? { q } : {}),
    ...(channel ? { channel } : {}),
    ...(author ? { author } : {}),
    ...(since ? { since: momentOf(since) } : {}),
    ...(until ? { until: momentOf(until) } : {}),
  }
}

function Results({ client, asked }: { client: Client; asked: string }) {
  const say = useSay()
  const [older, setOlder] = useState<{ messages: readonly Found[]; more: boolean }>()
  const { value, error } = useQuery(
    useCallback(() => client.query('discussion.search', inputOf(asked)), [client, asked]),
  )
  if (error !== undefined) return <Problem>{explain(error, say)}</Problem>
  if (!value) return <Spinner />
  if (value.messages.length === 0) {
    return (
      <Empty icon="search" title={say('search.none.title')}>
        {say('search.none.text')}
      </Empty>
    )
  }
  const all = [...value.messages, ...(older?.messages ?? [])]
  const more = older ? older.more : value.more
  const next = async (): Promise<void> => {
    const page = await client.query('discussion.search', { ...inputOf(asked), before: all.at(-1)!.id })
    setOlder({ messages: [...(older?.messages ?? []), ...page.messages], more: page.more })
  }
  return (
    <>
      <p aria-live="polite" className="text-sm text-muted">
        {say('search.found', { n: all.length })}
      </p>
      <ul className="flex flex-col gap-2">
        {all.map((found) => (
          <Hit key={found.id} found={found} />
        ))}
      </ul>
      {more && (
        <Button look="outline" onClick={() => void next().catch(() => undefined)}>
          {say('search.more')}
        </Button>
      )}
    </>
  )
}

function Hit({ found }: { found: Found }) {
  const { lang } = useWords()
  return (
    <li data-testid="hit" className="rounded-2xl border border-line bg-surface p-3">
      <Link href={paths.message(found.channel, found.offset)} className="text-sm text-accent underline">
        {found.channelName} · {fullTimeOf(found.at, lang)}
      </Link>
      <p className="font-semibold">{found.author.name}</p>
      <Said text={found.text} mentions={found.mentions} me="" />
    </li>
  )
}
