import { z } from 'zod'
import { position } from '../../kernel/log'
import { query } from '../../kernel/service'
import { topic } from './model'
import { newest, toItem } from './rows'
import { list as listed } from './schemas'

const most = 200

export const list = query({
  name: 'found.list',
  summary: 'What was found, the newest first.',
  input: z.object({}),
  output: listed,
  async run(sql) {
    const rows = await newest(sql, most)
    return { items: rows.map(toItem), position: await position(sql, topic) }
  },
})
