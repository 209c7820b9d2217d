/** `alun attendance verify ID`: reckons the chain of a session anew, from the database, an installation or an export. */
import { StartFailure } from '../../cluster/failure'
import { Db } from '../../kernel/db'
import { verifySession } from '../../services/attendance/audit'
import { sha256 } from '../../services/attendance/codes'
import { verify, type Fault, type Linked, type Published } from '../../services/attendance/model/chain'
import { readSessions } from '../../services/attendance/rows'
import { environment, placeConfig, type Flags } from '../config'
import { UsageError, type Command } from './command'
import { databaseOf } from './place'
import { visitor } from './visitor'

interface Outcome {
  faults: { seq: number; what: string }[]
  seq: number
  hash: string
  /** How often the session's events told where the chain stood; nothing for an export, which has none. */
  published?: number
}

const mostFaults = 20

export const attendance: Command = {
  summary:
    'reckons the chain of an attendance session anew and says whether anything in it was changed (exit 1: it was)',
  settings: ['data'],
  words: ['verify', 'ID'],
  options: {
    url: { placeholder: 'URL', help: 'ask this installation instead of the database; needs --token' },
    token: { placeholder: 'TOKEN', help: 'with --url: of a teacher of the session, or an admin' },
    file: { placeholder: 'FILE', help: 'the JSON that the verify page gives, instead of the database' },
    json: { help: 'print the outcome as JSON' },
  },
  async run(flags, { ID: id }) {
    const outcome = await outcomeOf(flags, id!)
    process.stdout.write(flags.json ? `${JSON.stringify(outcome)}\n` : told(outcome))
    return outcome.faults.length > 0 ? 1 : 0
  },
}

function outcomeOf(flags: Flags, id: string): Promise<Outcome> {
  if (typeof flags.file === 'string') return ofFile(flags.file, id)
  if (typeof flags.url !== 'string') return ofDatabase(databaseOf(placeConfig(flags, environment())), id)
  if (typeof flags.token !== 'string') throw new UsageError('--url needs a --token: attendance is not public')
  return ofInstallation(flags.url, flags.token, id)
}

async function ofDatabase(url: string, id: string): Promise<Outcome> {
  const db = new Db(url, 'alun/verify')
  try {
    const lane = db.lane('verify', { connections: 1, statementMs: 30_000 })
    const [head] = await readSessions(lane, [id])
    if (!head) throw unknownSession(id)
    return await verifySession(lane, id, head)
  } finally {
    await db.close()
  }
}

/** Its links, reckoned here; what its events told, as the installation says. */
async function ofInstallation(url: string, token: string, id: string): Promise<Outcome> {
  const ask = await visitor(url, token)
  const links: Linked[] = []
  let head: Published
  do {
    const response = await ask(
      `/api/attendance/attempts?session=${encodeURIComponent(id)}&after=${links.at(-1)?.seq ?? 0}`,
    )
    if (response.status === 404) throw unknownSession(id)
    const { attempts, seq, hash } = (await response.json()) as Published & { attempts: Linked[] }
    head = { seq, hash }
    if (attempts.length === 0) break
    links.push(...attempts)
  } while (links.length < head.seq)
  const { faults, ...rest } = verify(id, links, [head], sha256)
  const theirs = (await (await ask(`/api/attendance/verify?session=${encodeURIComponent(id)}`)).json()) as Outcome
  return {
    ...rest,
    faults: [...faults, ...theirs.faults.filter((one) => !has(faults, one))],
    published: theirs.published!,
  }
}

const has = (faults: readonly Fault[], { seq, what }: { seq: number; what: string }): boolean =>
  faults.some((one) => one.seq === seq && one.what === what)

async function ofFile(file: string, id: string): Promise<Outcome> {
  const read = Bun.file(file).json() as Promise<{ session?: string; attempts?: Linked[] }>
  const { session, attempts } = await read.catch(() => ({ session: undefined, attempts: undefined }))
  if (!attempts || session === undefined) throw new StartFailure(`${file} is no export of a session's chain`)
  if (session !== id) throw new StartFailure(`${file} is of session ${session}`)
  return verify(id, attempts, [], sha256)
}

const unknownSession = (id: string): StartFailure => new StartFailure(`there is no attendance session ${id}`)

const words: Record<string, string> = {
  ...{ missing: 'is missing', changed: 'was changed', coordinates: 'has another position than it was hashed with' },
  ...{ tail: 'and those after it were cut off', published: 'is not the one that was published' },
  order: 'is dated before the one before it',
}

function told({ faults, seq, hash, published }: Outcome): string {
  const compared = published === undefined ? '' : `, compared with ${published} events that told its head`
  const lines = [
    `${seq} links${compared}`,
    `the last hash is ${hash}`,
    faults.length === 0 ? 'right: every link follows from the one before it' : `WRONG: ${faults.length} faults`,
    ...faults.slice(0, mostFaults).map((fault) => `  link ${fault.seq} ${words[fault.what] ?? fault.what}`),
  ]
  return `${lines.join('\n')}\n`
}
