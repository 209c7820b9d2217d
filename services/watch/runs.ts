/**
 * What goes on once at a time in the whole cluster, is carried out by a job and told step by step: a sale to bots, a
 * proof. A row for each kind holds the last run as far as it has come; the topic carries all of it with each step.
 */
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne, query, type Command, type Query } from '../../kernel/service'
import { Refusal, type Text } from '../../protocol/errors'
import { watchTopic, type Proof, type Sale } from './model'
import { mayWatch } from './queries'
import { empty } from './schemas'

type Run = Pick<Sale | Proof, 'run'> & { stage: string }

export interface Runs<R extends Run> {
  kind: 'sale' | 'proof'
  /** Where it ends. */
  ends: readonly R['stage'][]
  /** How soon after the end of one the next may begin. */
  everyMs: number
  /** One that nobody told of for so long has died with all its tries. */
  deadMs: number
  /** Whose job carries it out; it is given the run. */
  queue: string
  /** Why there is no other one now. */
  stillOn: Text
}

/** Begins a run, unless one goes on or has only just ended: then `limited`. Of all who ask at once, one is heard. */
export async function begin<R extends Run>(
  tx: Tx,
  actor: { id: string },
  { kind, ends, everyMs, deadMs, queue, stillOn }: Runs<R>,
  begun: R,
): Promise<Outcome<{ run: string }>> {
  const [mine] = await tx.query(
    `INSERT INTO watch.run AS r (kind, told, at) VALUES ($1, $2::json, clock_timestamp())
     ON CONFLICT (kind) DO UPDATE SET told = excluded.told, at = excluded.at
     WHERE r.at < clock_timestamp()
       - CASE WHEN r.told->>'stage' = ANY ($3::text[]) THEN $4::float8 ELSE $5 END * interval '1 ms'
     RETURNING 1`,
    [kind, JSON.stringify(begun), ends, everyMs, deadMs],
  )
  if (!mine) return new Refusal('limited', stillOn, everyMs)
  tx.append({ topic: watchTopic, kind, actor: actor.id, data: { ...begun } })
  tx.enqueue({ queue, data: begun })
  return done({ run: begun.run })
}

/** How far a run has come; for the job that carries it out. Of one that another has followed only the topic hears. */
export function tellOf<R extends Run>(
  { kind }: Pick<Runs<R>, 'kind'>,
  { input, ...docs }: Pick<Command<R, object>, 'name' | 'summary' | 'input'>,
): Command<R, object> {
  return command<R, object>({
    ...{ ...docs, internal: true, input, output: empty },
    runMany: oneByOne(async (tx: Tx, { actor, input: told }: Call<R>): Promise<Outcome<object>> => {
      await tx.query(
        `UPDATE watch.run SET told = $1::json, at = clock_timestamp() WHERE kind = $2 AND told->>'run' = $3`,
        [JSON.stringify(told), kind, told.run],
      )
      tx.append({ topic: watchTopic, kind, actor: actor.id, data: { ...told } })
      return done({})
    }),
  })
}

/** The query for the last run of a kind; for whoever may watch. */
export function lastOf<R extends Run, O>(
  { kind }: Pick<Runs<R>, 'kind'>,
  docs: Pick<Query<object, O>, 'name' | 'summary' | 'output'>,
  answer: (told: R | undefined) => O,
): Query<object, O> {
  return query<object, O>({
    ...{ ...docs, input: empty, oneStatement: true },
    async run(sql, actor, _input, ground) {
      mayWatch(actor, ground)
      const [row] = await sql.query<{ told: R }>('SELECT told FROM watch.run WHERE kind = $1', [kind])
      return answer(row?.told)
    },
  })
}
