import { Client } from '../clients'
import { allOf, clientsOf, mustDo, settle, type Scenario, type Stage, type Work } from '../scenario'

const students = 200
/** Tries of each at the same time, each an intent of its own, on whichever node takes it. */
const triesAtOnce = 3
const watchers = 3

export const attendance: Scenario = {
  name: 'attendance',
  what: '200 students check in, three presses each at once, while a node dies, another hangs, a clock is wrong and the bus is late',
  faults: ['kill node', 'freeze bus', 'freeze node', 'skew clock'],
  lastingMs: 7000,
  begin: (stage) => checkIn(stage),
}

export async function checkIn(stage: Stage): Promise<Work> {
  const teacher = new Client(stage.arena, stage.history, { user: 'teacher', role: 'teacher' })
  const { id } = await mustDo(teacher, 'attendance.open', `session-${stage.round}`, { title: `Proof ${stage.round}` })
  const session = String(id)
  const topic = `attendance:${session}`
  const boards = clientsOf(stage, Array(watchers).fill({ user: 'teacher', role: 'teacher' }), 'board').map(
    (client, index) => Object.assign(client, { name: `board${index}` }),
  )
  await Promise.all(boards.map((client) => client.follow(topic)))
  let stopped = false
  const come = async (client: Client, index: number): Promise<void> => {
    await Bun.sleep((index / students) * stage.lastingMs * 0.8)
    if (stopped) return
    const key = (nth: number): string => `${client.person.user}-${nth}-${stage.round}`
    const check = (nth: number) =>
      client.surely('attendance.check', key(nth), { session, direction: 'in' }, { door: 'http' })
    await Promise.all(Array.from({ length: triesAtOnce }, (_, nth) => check(nth)))
    await check(0)
  }
  const people = Array.from({ length: students }, (_, index) => ({
    user: `pupil-${index + 1}`,
    role: 'student' as const,
  }))
  const ended = allOf(clientsOf(stage, people, 's').map(come))
  return {
    stop: async () => {
      stopped = true
      await ended()
    },
    finish: async () => {
      await settle(teacher, boards, [topic])
      for (const client of [teacher, ...boards]) client.disconnect()
    },
  }
}
