import type { Client } from '../../../client/client'
import type { Live } from '../../../client/live'
import { applyBoard, boardTopic, type Board } from '../../../services/reports/model'

/** The board, live: every report's card as it is now. For technicians and admins. */
export function liveBoard(client: Client): Live<Board> {
  return client.live<Board>({
    topic: boardTopic,
    query: async () => {
      const { cards, position } = await client.query('reports.board', {})
      return { state: { cards }, position }
    },
    apply: applyBoard,
  })
}
