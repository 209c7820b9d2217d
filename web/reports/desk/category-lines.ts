/** Questions and replies as lines of text, which is how they are quickest to write. */
import type { Question, Template, Text } from '../../../services/reports/model'

const linesIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** A line that can't be understood, by its number. */
export class BadLine extends Error {
  constructor(readonly line: number) {
    super(`line ${line}`)
  }
}

function textOf(en: string | undefined, id: string | undefined, line: number): Text {
  if (!en?.trim() || !id?.trim()) throw new BadLine(line)
  return { en: en.trim(), id: id.trim() }
}

/** @throws BadLine */
export function questionsOf(text: string): Question[] {
  return linesIn(text).map((line, index) => {
    const required = line.startsWith('*')
    const [en, id, choices = ''] = line.replace(/^\*\s*/, '').split('|')
    const parsed = choices
      .split(';')
      .map((choice) => choice.trim())
      .filter(Boolean)
      .map((choice) => textOf(choice.split('=')[0], choice.split('=')[1], index + 1))
    return {
      ...{ id: `q${index + 1}`, text: textOf(en, id, index + 1) },
      ...(parsed.length > 0 ? { choices: parsed } : {}),
      ...(required ? { required } : {}),
    }
  })
}

export const writtenQuestions = (questions: readonly Question[]): string =>
  questions
    .map(({ text, choices = [], required }) => {
      const offered = choices.length > 0 ? ` | ${choices.map(({ en, id }) => `${en}=${id}`).join('; ')}` : ''
      return `${required ? '* ' : ''}${text.en} | ${text.id}${offered}`
    })
    .join('\n')

/** @throws BadLine */
export const templatesOf = (text: string): Template[] =>
  linesIn(text).map((line, index) => {
    const [en, id] = line.split('|')
    return { id: `t${index + 1}`, text: textOf(en, id, index + 1) }
  })

export const writtenTemplates = (templates: readonly Template[]): string =>
  templates.map(({ text }) => `${text.en} | ${text.id}`).join('\n')
