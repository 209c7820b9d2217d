import type { Position } from '../../protocol/event'
import type {
  Claimed,
  ClaimInput,
  CreateInput,
  Drop,
  DropEvent,
  EnterInput,
  Entered,
  Managed,
  Mine,
  Redeemed,
  Tallies,
} from '../../services/drops/model'
import type { State } from '../../services/drops/model/claim'

interface Change {
  input: { claim: string }
  output: { verdict: State; claim: string; code?: string }
}

interface Manage {
  input: { drop: string }
  output: Managed
}

export interface DropsCommands {
  'drops.create': { input: CreateInput; output: { id: string } }
  'drops.enter': { input: EnterInput; output: Entered }
  'drops.claim': { input: ClaimInput; output: Claimed }
  'drops.confirm': Change
  'drops.release': Change
  'drops.decline': Change
  'drops.redeem': { input: { code: string; place?: string }; output: Redeemed }
  'drops.pause': Manage
  'drops.resume': Manage
  'drops.close': Manage
  'drops.restock': { input: { drop: string; stock: number }; output: Managed }
  'drops.rehearse': { input: { drop: string; buyers?: number }; output: { id: string } }
  'drops.discard': { input: { drop: string }; output: object }
}

export interface DropsQueries {
  'drops.list': { input: object; output: { drops: Drop[]; position: Position } }
  'drops.get': { input: { drop: string }; output: { drop: Drop; mayManage: boolean; position: Position } }
  'drops.mine': { input: { drop?: string }; output: Mine }
  'drops.record': {
    input: { drop: string; after: number }
    output: { events: Omit<DropEvent, 'data'>[]; head: number }
  }
  'drops.tallies': { input: { drop: string }; output: Tallies }
}
