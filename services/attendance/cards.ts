/** Which card is whose. */
import { z } from 'zod'
import { done } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { words } from '../../protocol/text'
import * as schemas from './schemas'

const card = z.string().min(1).max(120)
const cardsInput = z.object({
  cards: z
    .array(z.object({ card, user: schemas.userId.nullable(), name: words(240).optional() }))
    .min(1)
    .max(5000),
})
type Cards = z.infer<typeof cardsInput>

/** Says whose cards these are; nobody's where the user is null. */
export const setCards = command<Cards, { cards: number }>({
  name: 'attendance.set_cards',
  summary: 'Say which card is whose.',
  roles: ['admin'],
  input: cardsInput,
  output: z.object({ cards: z.number().int() }),
  runMany: oneByOne(async (tx, { input: { cards } }) => {
    const kept = [...new Map(cards.map((one) => [one.card, one])).values()].toSorted((a, b) =>
      a.card < b.card ? -1 : 1,
    )
    await tx.query('DELETE FROM attendance.card WHERE card = ANY ($1::text[])', [kept.map((one) => one.card)])
    const owned = kept.filter(({ user }) => user !== null)
    await tx.query(
      'INSERT INTO attendance.card (card, user_id, name) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])',
      [owned.map((one) => one.card), owned.map(({ user }) => user), owned.map(({ user, name }) => name ?? user)],
    )
    return done({ cards: owned.length })
  }),
})
