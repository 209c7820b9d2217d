/** The chain of a session, reckoned anew on this device. */
import { useCallback } from 'react'
import type { Client } from '../../client/client'
import type { Lang } from '../../protocol/errors'
import type { Attempt } from '../../services/attendance/model/lists'
import { verify } from '../../services/attendance/model/chain'
import { sha256 } from '../../services/drops/model/hash'
import type { PageProps } from '../shell/page'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { PageBody } from '../ui/page-body'
import { Spinner } from '../ui/spinner'
import { Table, type Column } from '../ui/table'
import { useQuery } from '../ui/use-query'
import { FileLink } from './file-link'
import { whenOf } from './when'
import { en, useSay, useWords } from './words'

const mostShown = 500

interface Checked {
  attempts: Attempt[]
  faults: { seq: number; what: string }[]
  hash: string
}

/** Reads the chain page by page; then this device's reckoning and what the server compared with what was published. */
async function check(client: Client, session: string, signal: AbortSignal): Promise<Checked> {
  const attempts: Attempt[] = []
  for (;;) {
    const after = attempts.at(-1)?.seq ?? 0
    const page = await client.query('attendance.attempts', { session, after }, { signal })
    attempts.push(...page.attempts)
    if (page.attempts.length > 0 && attempts.length < page.seq) continue
    const own = verify(session, attempts, [{ seq: page.seq, hash: page.hash }], sha256)
    const { faults } = await client.query('attendance.verify', { session }, { signal })
    const all = new Map([...own.faults, ...faults].map((fault) => [`${fault.what} ${fault.seq}`, fault]))
    return { attempts, faults: [...all.values()], hash: own.hash }
  }
}

export default function VerifyPage({ signedIn: { client }, params: { id } }: PageProps<{ id: string }>) {
  const { say, lang } = useWords()
  const { value, error } = useQuery(useCallback((signal) => check(client, id, signal), [client, id]))
  return (
    <PageBody
      title={say('verify.title')}
      width="wide"
      actions={<FileLink href={`/attendance/export/attempts/${id}/json`} text={say('verify.json')} />}
    >
      <p className="max-w-prose text-muted">{say('verify.text')}</p>
      {!value && error === undefined && (
        <p role="status" className="flex items-center gap-2">
          <Spinner />
          {say('verify.working')}
        </p>
      )}
      {!value && error !== undefined && (
        <Empty icon="alert" title={say('failed.title')}>
          {explain(error, say)}
        </Empty>
      )}
      {value && <Outcome checked={value} lang={lang} />}
    </PageBody>
  )
}

function Outcome({ checked: { attempts, faults, hash }, lang }: { checked: Checked; lang: Lang }) {
  const say = useSay()
  const good = faults.length === 0
  return (
    <>
      <section
        role="status"
        data-testid="outcome"
        className={`flex gap-3 rounded-2xl p-4 ${good ? 'bg-accent-soft text-accent' : 'bg-bad-soft text-bad'}`}
      >
        <Icon name={good ? 'tick' : 'alert'} className="mt-0.5 size-6 shrink-0" />
        <div className="min-w-0">
          <h2 className="text-lg font-bold">{say(good ? 'verify.good' : 'verify.bad')}</h2>
          {good && <p>{say('verify.good.text', { n: attempts.length })}</p>}
          <ul>
            {faults.map((fault) => (
              <li key={`${fault.what} ${fault.seq}`}>{faultWord(say, fault)}</li>
            ))}
          </ul>
        </div>
      </section>
      <p className="break-all">
        {say('verify.head')}: <code className="font-mono text-sm">{hash}</code>
      </p>
      <Table
        caption={say('verify.rows')}
        showCaption
        columns={columnsIn(say, lang)}
        rows={attempts.slice(-mostShown)}
        rowKey={({ seq }) => String(seq)}
      />
    </>
  )
}

const kinds = ['missing', 'changed', 'coordinates', 'tail', 'published', 'order'] as const

function faultWord(say: ReturnType<typeof useSay>, { what, seq }: { what: string; seq: number }): string {
  const known = kinds.find((kind) => kind === what && Object.hasOwn(en, `fault.${kind}`))
  return known ? say(`fault.${known}`, { seq }) : `${what} ${seq}`
}

const columnsIn = (say: ReturnType<typeof useSay>, lang: Lang): Column<Attempt>[] => [
  { key: 'seq', title: say('verify.nth'), cell: ({ seq }) => seq, numeric: true, sortBy: ({ seq }) => seq },
  { key: 'at', title: say('verify.at'), cell: ({ at }) => whenOf(at, lang), sortBy: ({ at }) => at },
  { key: 'kind', title: say('verify.kind'), cell: ({ kind }) => kind, sortBy: ({ kind }) => kind },
  { key: 'who', title: say('verify.who'), cell: ({ name }) => name, sortBy: ({ name }) => name },
  {
    key: 'verdict',
    title: say('verify.verdict'),
    cell: ({ verdict, reason }) => [verdict, reason].filter(Boolean).join(': '),
  },
  {
    key: 'hash',
    title: 'SHA-256',
    cell: ({ hash }) => <code className="font-mono text-xs">{hash.slice(0, 16)}…</code>,
  },
]
