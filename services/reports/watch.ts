/**
 * Photos are submitted before the works are through with them: a report waits for nobody. A job looks how far each one
 * is, and again a little later, until it can be shown or never will; that is said in the timeline, once.
 */
import { withoutEffect, type Tx } from '../../kernel/batch'
import type { JobDefinition } from '../../kernel/jobs'
import { command } from '../../kernel/service'
import type { z } from 'zod'
import { onReports } from './desk'
import type { Photo } from './model'
import { setPhoto } from './photo-row'
import { changed, watchInput, type Changed } from './schemas'

export const watchQueue = 'reports-photo'

interface Watched {
  report: string
  photo: string
  round: number
}

/** Pauses before the first look and the next ones; the last one is kept. */
const pausesSeconds = [1, 1, 2, 4, 8, 15, 30, 60]
/** About two days. What is not through by then never will be. */
const mostRounds = 3000

export function watch(tx: Tx, watched: Watched): void {
  const startAfterSeconds = pausesSeconds[Math.min(watched.round, pausesSeconds.length - 1)]!
  tx.enqueue({ queue: watchQueue, data: watched, startAfterSeconds })
}

export const watchJob: JobDefinition = {
  queue: watchQueue,
  async run({ id, data }, ground) {
    const { photo } = data as Watched
    const asked = { files: [photo] }
    const { links } = await ground.perform<{ links: Pick<Photo, 'id' | 'status'>[] }>(
      'files.links',
      asked,
      `links-${id}`,
    )
    const status = links.find((link) => link.id === photo)?.status ?? 'failed'
    // A job that is run again may see more than it did the first time: another intent, under a key of its own.
    await ground.perform('reports.watch', { ...(data as Watched), status }, `photo-${id}-${status}`)
  },
  retryLimit: 20,
}

/** Notes how far a photo is; while that is not far enough, asks for another look. */
export const watchPhoto = command<z.infer<typeof watchInput>, Changed>({
  name: 'reports.watch',
  summary: 'Note how far a photo is.',
  internal: true,
  input: watchInput,
  output: changed,
  runMany: onReports({
    refs: ({ report }) => [report],
    async decide(desk, { input: { report, photo, round, status: seen } }) {
      const row = desk.get(report)
      const status = seen === 'pending' && round >= mostRounds ? 'failed' : seen
      if (status === 'pending') {
        watch(desk.tx, { report, photo, round: round + 1 })
        return desk.answer(row)
      }
      if (!setPhoto(row, photo, { status })) return withoutEffect(desk.face(row))
      desk.tell(row, 'photo', undefined, { photos: row.photos }, { photos: [photo], status })
      return desk.answer(row)
    },
  }),
})
