/** A process that takes jobs and is killed in the middle of one: `bun prove/testing/worker.ts <url> <queue>`. */
import { SimulatedNetwork } from '../../kernel/bus/simulated'
import { Db } from '../../kernel/db'
import { Jobs } from '../../kernel/jobs'

const [url, queue] = process.argv.slice(2) as [string, string]
const db = new Db(url, 'doomed-worker')
const bus = new SimulatedNetwork(() => 0).join('doomed')
const run = async ({ id }: { id: string }): Promise<void> => {
  process.stdout.write(`${id}\n`)
  await new Promise(() => undefined)
}
const lane = db.lane('jobs', { connections: 3 })
const events = { failed: () => undefined, trouble: () => undefined }
const perform = (): Promise<never> => Promise.reject(new Error('this job asks for nothing'))
const jobs = new Jobs(lane, bus, [{ queue, run }], { works: true, leads: () => true }, events, () => ({
  ...{ node: 'doomed', now: () => 0, sql: lane, perform },
}))
// Whoever started it is gone: so is it.
process.stdin.once('end', () => process.exit()).resume()
await jobs.run()
