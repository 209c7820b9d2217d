import { environment, placeConfig } from '../config'
import { UsageError, type Command } from './command'
import { databaseOf } from './place'

export const demo: Command = {
  summary: 'fills an installation with a made-up campus (demo fill), or takes it away again (demo clear)',
  settings: ['data'],
  words: ['WISH'],
  async run(flags, { WISH: wish }) {
    if (wish !== 'fill' && wish !== 'clear') throw new UsageError(`"${wish}" is not allowed: fill or clear`)
    const { askForDemo } = await import('../demo/ask')
    const answer = await askForDemo(databaseOf(placeConfig(flags, environment())), wish)
    const told =
      wish === 'fill' ? 'the made-up campus is on its way' : `${Number(answer['people'])} made-up people are gone`
    process.stdout.write(`${told}\n`)
  },
}
