/**
 * What the seed of the reports was built on: Flask puts a report on a list in Redis (LPUSH), a worker takes it from there
 * (BRPOP) and writes it to a file.
 */
import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../testing/cluster'
import { end, isUp, Programs, python, redisServer, whyMissing } from './programs'

/** Why it can't be measured here; undefined where it can. */
export const whyNotHere = (): string | undefined =>
  whyMissing({
    programs: [redisServer],
    modules: ['flask', 'gevent', 'gunicorn', 'redis'],
    packages: 'python3-flask python3-gevent gunicorn python3-redis redis-server',
  })

export interface WorkerOptions {
  /** fsync for each job. */
  sync?: boolean
  workMs?: number
}

const list = 'reports'
const job = { facility: 'Ruang 3.12', urgency: 'sedang', text: 'Proyektor mati sejak Senin', status: 'pending' }

export class Queue {
  /** Flask, to which reports come. */
  readonly port = freePort()
  private readonly redisPort = freePort()
  private redis: Bun.RedisClient | undefined
  private worker: ChildProcess | undefined

  private constructor(private readonly programs: Programs) {}

  static async start(): Promise<Queue> {
    const queue = new Queue(await Programs.inFolder())
    try {
      queue.redis = await queue.programs.startRedis(queue.redisPort)
      queue.programs.startFlask(queue.port, 'flask_report', 2, queue.environment)
      await isUp(queue.port)
    } catch (error) {
      await queue.stop()
      throw error
    }
    return queue
  }

  /** Process ids whose CPU, with their children's, is the queue's and its worker's. */
  get roots(): number[] {
    return this.programs.roots
  }

  /** Empties the list and puts so many jobs on it. */
  async fill(jobs: number): Promise<void> {
    await this.redis!.send('DEL', [list])
    const all = Array.from({ length: jobs }, (_, nth) => JSON.stringify({ id: `job-${nth}`, ...job }))
    while (all.length > 0) await this.redis!.send('LPUSH', [list, ...all.splice(0, 1000)])
  }

  async waiting(): Promise<number> {
    return Number(await this.redis!.send('LLEN', [list]))
  }

  /** Starts the worker, which writes to this file of the folder. */
  work(file: string, { sync = false, workMs = 0 }: WorkerOptions = {}): void {
    const environment = { DB: join(this.programs.folder, file), SYNC: sync ? '1' : '0', WORK_MS: String(workMs) }
    const program = join(import.meta.dir, 'report_worker.py')
    this.worker = this.programs.start(python, [program], { ...this.environment, ...environment })
  }

  /** Ids of the jobs that were written to this file. */
  async finished(file: string): Promise<Set<string>> {
    const text = await readFile(join(this.programs.folder, file), 'utf8').catch(() => '')
    const lines = text.split('\n').filter((line) => line.endsWith('}'))
    return new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id))
  }

  /** kill -9 for the worker. */
  async killWorker(): Promise<void> {
    if (this.worker) await end(this.worker, 'SIGKILL')
  }

  async stop(): Promise<void> {
    this.redis?.close()
    await this.programs.stop()
  }

  private get environment(): Record<string, string> {
    return { REDIS_URL: `redis://127.0.0.1:${this.redisPort}/0` }
  }
}
