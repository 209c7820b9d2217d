/** The teacher's board, live: a snapshot and the stream after it, and what a teacher does there. */
import type { Client } from '../../client/client'
import { newKey } from '../../client/key'
import type { Live } from '../../client/live'
import type { Roster } from '../../client/presence'
import { apply, topicOf, type Board, type MarkStatus } from '../../services/attendance/model'

export class Standing {
  readonly live: Live<Board>
  /** Which teachers are watching. */
  readonly roster: Roster

  constructor(
    readonly client: Client,
    readonly id: string,
  ) {
    this.live = client.live<Board>({
      topic: topicOf(id),
      query: async () => {
        const {
          position,
          counts: _,
          seq: _seq,
          hash: _hash,
          ...state
        } = await client.query('attendance.board', {
          session: id,
        })
        return { state, position }
      },
      apply,
    })
    this.roster = client.roster(topicOf(id))
  }

  close(): void {
    this.live.close()
    this.roster.close()
  }

  /** The teacher's word. While the session is open it needs no reason. @throws CallError */
  async say(user: string, status: MarkStatus, reason: string): Promise<void> {
    const closed = this.live.store.get().state?.session.status === 'closed'
    const session = this.id
    if (closed || reason !== '')
      await this.client.command('attendance.correct', { session, user, status, reason }, { key: newKey() })
    else await this.client.command('attendance.mark', { session, marks: [{ user, status }] }, { key: newKey() })
  }

  async undo(record: string): Promise<void> {
    await this.client.command('attendance.undo', { session: this.id, record }, { key: newKey() })
  }

  async review(record: string, accept: boolean): Promise<void> {
    await this.client.command('attendance.review', { session: this.id, record, accept }, { key: newKey() })
  }

  async merge(guest: string, user: string): Promise<void> {
    await this.client.command('attendance.merge', { session: this.id, guest, user }, { key: newKey() })
  }

  async end(): Promise<void> {
    await this.client.command('attendance.close', { session: this.id }, { key: newKey() })
  }
}
