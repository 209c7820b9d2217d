import type { Breakage, FailedJob, NodeFigures, QueueCount } from '../../services/watch/model'

export interface WatchCommands {
  'watch.break': { input: { what: Breakage; node?: string }; output: object }
  'watch.probe': { input: { n: number }; output: object }
  'watch.retry_job': { input: { queue: string; id: string }; output: object }
  'watch.discard_job': { input: { queue: string; id: string }; output: object }
}

export interface WatchQueries {
  'watch.nodes': { input: object; output: { nodes: NodeFigures[]; leader?: string } }
  'watch.jobs': { input: object; output: { queues: QueueCount[]; failed: FailedJob[] } }
}
