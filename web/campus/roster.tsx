/** A roster from a spreadsheet: looked at first, line by line, and then done. */
import { useCallback, useState, type ChangeEvent } from 'react'
import type { RosterLine } from '../../client/methods/people'
import type { PageProps } from '../shell/page'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Table, type Column } from '../ui/table'
import { useQuery } from '../ui/use-query'
import { card, useAct } from './parts'
import { useWords } from './words'

interface Looked {
  csv: string
  lines: RosterLine[]
  newClasses: string[]
  done: boolean
}

const characters = 230_000
const example =
  'name,email,number,role,class\nAyu Lestari,ayu@kampus.id,2301,,TI-1\nDr. Sari,sari@kampus.id,,teacher,TI-1'

export default function ImportPage({ signedIn: { client }, query }: PageProps) {
  const { say, lang } = useWords()
  const into = query.get('class') ?? undefined
  const name = useQuery(
    useCallback(
      async (signal: AbortSignal) =>
        into === undefined ? undefined : (await client.query('people.members', { class: into }, { signal })).name,
      [client, into],
    ),
  ).value
  const [looked, setLooked] = useState<Looked>()
  const { busy, problem, act } = useAct((error) => (error instanceof RangeError ? error.message : explain(error, say)))
  const bring = async (csv: string, dryRun: boolean): Promise<void> => {
    const answer = await client.command('people.import', { csv, dryRun, ...(into ? { class: into } : {}) })
    setLooked({ csv, lines: answer.lines, newClasses: answer.newClasses, done: !dryRun })
  }
  const choose = (event: ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0]
    event.target.value = ''
    if (file) act(async () => bring(await read(file, say('import.tooLarge')), true))
  }
  const busyLines = looked?.lines.filter(({ will }) => will !== 'nothing' && will !== 'wrong').length ?? 0
  return (
    <PageBody title={name ? say('import.into', { name }) : say('import.title')} width="wide">
      <div className={card}>
        <p className="max-w-prose">{say('import.text')}</p>
        <details>
          <summary className="min-h-6 cursor-pointer text-accent">{say('import.example')}</summary>
          <pre className="mt-2 overflow-x-auto rounded-xl bg-sunken p-3 text-sm" tabIndex={0}>
            {example}
          </pre>
        </details>
        <label className="flex flex-col gap-1.5 font-medium">
          {say('import.file')}
          <input
            type="file"
            accept=".csv,.txt,text/csv"
            disabled={busy}
            onChange={choose}
            className="min-h-11 font-normal file:mr-3 file:min-h-11 file:rounded-xl file:border file:border-line file:bg-surface file:px-4 file:font-medium"
          />
        </label>
        {problem && <Problem>{problem}</Problem>}
      </div>
      {looked && (
        <section className="flex flex-col gap-4" aria-live="polite">
          <p className={looked.done ? 'rounded-xl bg-accent-soft px-3.5 py-2.5' : ''}>
            {say(looked.done ? 'import.done' : busyLines === 0 ? 'import.nothing' : 'import.look')}
          </p>
          {!looked.done && looked.newClasses.length > 0 && (
            <p>{say('import.newClasses', { names: looked.newClasses.join(', ') })}</p>
          )}
          {!looked.done && busyLines > 0 && (
            <Button busy={busy} className="self-start" onClick={() => act(() => bring(looked.csv, false))}>
              {say('import.do', { n: busyLines })}
            </Button>
          )}
          <Table
            caption={say('import.title')}
            columns={columns(say, lang)}
            rows={looked.lines}
            rowKey={({ line }) => String(line)}
          />
        </section>
      )}
    </PageBody>
  )
}

async function read(file: File, tooLarge: string): Promise<string> {
  const text = await file.text()
  if (text.length > characters) throw new RangeError(tooLarge)
  return text
}

type Words = ReturnType<typeof useWords>

const columns = (say: Words['say'], lang: Words['lang']): Column<RosterLine>[] => [
  { key: 'line', title: say('import.line'), cell: ({ line }) => line, numeric: true, sortBy: ({ line }) => line },
  {
    key: 'person',
    title: say('import.person'),
    cell: ({ name, email, number }) => (
      <>
        <span className="block font-medium">{name}</span>
        <span className="text-sm text-muted">{[email, number].filter(Boolean).join(' · ')}</span>
      </>
    ),
  },
  { key: 'role', title: say('people.role'), cell: ({ role }) => say(`role.${role}`) },
  { key: 'classes', title: say('import.classes'), cell: ({ classes }) => classes.join(', ') },
  {
    key: 'will',
    title: say('import.will'),
    cell: ({ will, problem }) => (
      <>
        <span className={will === 'wrong' ? 'text-bad' : ''}>{say(`import.will.${will}`)}</span>
        {problem && <span className="block text-sm">{problem[lang]}</span>}
      </>
    ),
    sortBy: ({ will }) => will,
  },
]
