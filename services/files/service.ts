/** Files: uploaded in pieces, cleaned, hung on a topic, and served to whoever may read it. */
import type { Service } from '../../kernel/service'
import { attach } from './attach'
import { create, receive } from './commands'
import { processJob, removeJob } from './jobs'
import type { FileMeans } from './means'
import { fileLinks, served, upload } from './queries'
import { discard, remove } from './remove'
import { forget, processed, sweep } from './upkeep'

export { fileRoutes } from './routes'

export const files = (means: FileMeans): Service => ({
  name: 'files',
  methods: [
    ...[create(means.limits), receive, attach, remove, discard],
    ...[fileLinks(means), upload, served, processed, forget],
  ],
  topics: [],
  jobs: [processJob(means), removeJob(means)],
  duties: [sweep],
  migrations: `${import.meta.dir}/migrations`,
})
