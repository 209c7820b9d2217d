/** Where a demonstration breaks things: the supervisor is asked over the channel that it gave us. */
import type { BreakableBus } from '../../kernel/breakable'
import type { Part } from '../../kernel/lifecycle'
import { busBrokenMs } from '../../services/watch/model'
import { Stage, type Follows } from '../../services/watch/stage'

export function stageOf(node: string, bus: BreakableBus, hub: Follows): Part {
  const stage = new Stage({
    ...{ node, startedAt: new Date().toISOString() },
    ask: (what) => void process.send?.({ ask: what }),
    interruptBus: () => bus.interrupt(busBrokenMs),
  })
  return { name: 'stage', run: () => stage.run(hub), stop: () => stage.stop() }
}
