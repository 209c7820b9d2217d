import type { Finding } from '../../services/watch/model/health'
import type { Breakage, FailedJob, NodeFigures, Proof, QueueCount, Sale, Scenario } from '../../services/watch/model'

export interface WatchCommands {
  'watch.break': { input: { what: Breakage; node?: string }; output: object }
  'watch.sell_to_bots': { input: { buyers?: number; stock?: number }; output: { run: string } }
  'watch.prove': { input: { scenario: Scenario }; output: { run: string } }
  'watch.probe': { input: { n: number }; output: object }
  'watch.retry_job': { input: { queue: string; id: string }; output: object }
  'watch.discard_job': { input: { queue: string; id: string }; output: object }
}

export interface WatchQueries {
  'watch.nodes': { input: object; output: { nodes: NodeFigures[]; leader?: string } }
  'watch.health': { input: object; output: { node: string; findings: Finding[] } }
  'watch.here': { input: object; output: { node: string; lagMs?: number } }
  'watch.sale': { input: object; output: { sale?: Sale } }
  'watch.proof': { input: object; output: { proof?: Proof } }
  'watch.jobs': { input: object; output: { queues: QueueCount[]; failed: FailedJob[] } }
}
