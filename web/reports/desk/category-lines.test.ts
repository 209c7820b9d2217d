import { expect, test } from 'bun:test'
import { BadLine, questionsOf, templatesOf, writtenQuestions, writtenTemplates } from './category-lines'

test('questions and replies are read as they were written', () => {
  const questions = '* Is it hot? | Apakah panas? | Yes=Ya; No=Tidak\nSince when? | Sejak kapan?'
  expect(questionsOf(questions)[0]).toEqual({
    ...{ id: 'q1', text: { en: 'Is it hot?', id: 'Apakah panas?' }, required: true },
    choices: [
      { en: 'Yes', id: 'Ya' },
      { en: 'No', id: 'Tidak' },
    ],
  })
  expect(writtenQuestions(questionsOf(questions))).toBe(questions)
  expect(writtenTemplates(templatesOf('Fixed. | Beres.'))).toBe('Fixed. | Beres.')
})

test('a line in one language only is named', () => {
  expect(() => questionsOf('A | B\nonly English')).toThrow(new BadLine(2))
  expect(() => templatesOf('Fixed.')).toThrow(new BadLine(1))
})
