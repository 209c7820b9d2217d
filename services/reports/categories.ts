/** Categories: what a report is about decides its questions, its team, its first priority and the replies at hand. */
import type { z } from 'zod'
import { done } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne, query } from '../../kernel/service'
import { z as zod } from 'zod'
import type { Category, Priority, Question, Template } from './model'
import { includes, may } from './policy'
import { category as categoryShape } from './schemas'

interface Row {
  id: string
  name_en: string
  name_id: string
  team: string
  priority: Priority
  questions: Question[]
  templates: Template[]
  archived: boolean
  order: number
}

/** All of them, archived ones too, in their order. */
export async function allCategories(sql: Sql): Promise<Category[]> {
  const rows = await sql.query<Row>(
    'SELECT id, name_en, name_id, team, priority, questions, templates, archived, "order" FROM reports.category ORDER BY "order", id',
  )
  return rows.map(({ name_en, name_id, archived, ...row }) => ({
    ...row,
    name: { en: name_en, id: name_id },
    ...(archived ? { archived } : {}),
  }))
}

/** What a new report needs to know of those that it names: without the words for people, which are most of them. */
export const namedCategories = (
  sql: Sql,
  ids: readonly string[],
): Promise<Pick<Category, 'id' | 'priority' | 'questions' | 'archived'>[]> =>
  sql.query('SELECT id, priority, questions, archived FROM reports.category WHERE id = ANY ($1::text[])', [ids])

export const categories = query({
  name: 'reports.categories',
  summary: 'What reports can be about, with the questions of each. Admins and technicians see those put away too.',
  input: zod.object({}),
  output: zod.object({ categories: zod.array(categoryShape) }),
  oneStatement: true,
  run: async (sql, actor) => {
    const all = await allCategories(sql)
    return { categories: includes(may.handle, actor.role) ? all : all.filter(({ archived }) => !archived) }
  },
})

/** Makes a category, or changes the one with this id. Old reports keep what they said. */
export const saveCategory = command<z.infer<typeof categoryShape>, { id: string }>({
  name: 'reports.category_save',
  summary: 'Make a category, change it, or put it away.',
  roles: may.manage,
  input: categoryShape,
  output: zod.object({ id: zod.string() }),
  runMany: oneByOne(async (tx, { input }) => {
    const { id, name, team, priority, questions, templates, archived = false, order } = input
    await tx.query(
      `INSERT INTO reports.category (id, name_en, name_id, team, priority, questions, templates, archived, "order")
       VALUES ($1, $2, $3, $4, $5, $6::json, $7::json, $8, $9)
       ON CONFLICT (id) DO UPDATE SET name_en = $2, name_id = $3, team = $4, priority = $5, questions = $6::json,
         templates = $7::json, archived = $8, "order" = $9`,
      [
        ...[id, name.en, name.id, team, priority, JSON.stringify(questions), JSON.stringify(templates)],
        ...[archived, order],
      ],
    )
    return done({ id })
  }),
})
