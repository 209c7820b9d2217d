/** What is lost when the one worker is killed -9 at work, again and again, and another takes its place. */
import { until } from '../../testing/until'
import { random } from '../../testing/random'
import type { Queue } from '../peers/queue'
import type { Desk } from './desk'

export interface Losses {
  jobs: number
  kills: number
  /** Jobs that were in a worker's hands when it was killed. */
  inHand: number
  /** Jobs that nobody ever did and nobody will. */
  lost: number
  /** Jobs with their effect twice. */
  twice: number
}

/** Each life ends at a moment of chance after its first sign of work. */
const longestLifeMs = 60

/** Ours: alarms that never rang. A dead worker is noticed after ten seconds, and then its jobs go to another. */
export async function killOurs(desk: Desk, jobs: number, kills: number): Promise<Losses> {
  const chance = random(1)
  const before = await desk.rung()
  await desk.fill(jobs)
  let [inHand, orphans] = [0, 0]
  for (let nth = 0; nth < kills; nth++) {
    const done = await desk.rung()
    await desk.startWorker()
    await until(async () => (await desk.rung()) > done, { what: 'a worker at work', timeoutMs: 30_000 })
    await Bun.sleep(chance.int(longestLifeMs))
    await desk.killWorker()
    // Those of earlier lives stay in dead hands for a while.
    const now = await desk.inHand()
    inHand += Math.max(0, now - orphans)
    orphans = now
  }
  await desk.startWorker()
  const rung = async (): Promise<number> => (await desk.rung()) - before
  await until(async () => (await rung()) >= jobs, { what: 'every alarm', timeoutMs: 60_000, everyMs: 200 }).catch(
    // What didn't come by now is what is counted.
    () => undefined,
  )
  return { ...{ jobs, kills, inHand }, lost: jobs - (await rung()), twice: await desk.rungTwice() }
}

/** How long a job of theirs takes, as a photo does. */
const workMs = 20

/** Theirs: jobs that are neither on the list nor in the file. */
export async function killTheirs(queue: Queue, kills: number): Promise<Losses> {
  const chance = random(1)
  const [jobs, file] = [kills * 10, 'killed']
  await queue.fill(jobs)
  let inHand = 0
  for (let nth = 0; nth < kills; nth++) {
    const before = (await queue.finished(file)).size
    queue.work(file, { workMs })
    await until(async () => (await queue.finished(file)).size > before, { what: 'work', timeoutMs: 30_000 })
    await Bun.sleep(chance.int(longestLifeMs))
    await queue.killWorker()
    inHand = jobs - (await queue.waiting()) - (await queue.finished(file)).size
  }
  queue.work(file)
  await until(async () => (await queue.waiting()) === 0, { what: 'an empty list', timeoutMs: 30_000 })
  // A worker that waits for more has written what it took.
  await queue.fill(1)
  await until(async () => (await queue.waiting()) === 0, { what: 'the last one', timeoutMs: 30_000 })
  await queue.killWorker()
  return { ...{ jobs, kills, inHand }, lost: jobs - (await queue.finished(file)).size, twice: 0 }
}
