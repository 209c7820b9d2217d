/**
 * `npm run bench`: speed, each figure beside the machine's own limit measured in the same run. Prints JSON. A bench is a
 * program with output and no verdict.
 *
 *   npm run bench [-- fanout posts chat idle drops sale storm reports attendance] [--seconds 5]
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { attendance } from './attendance'
import { chat } from './chat'
import { claims, soldOut } from './drops'
import { fanout } from './fanout'
import { idle } from './idle'
import { posts } from './posts'
import { reports } from './reports'
import { sale } from './sale'
import { storm } from './storm'

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { seconds: { type: 'string', default: '5' } },
  allowPositionals: true,
})
const seconds = Number(values.seconds)
const wanted =
  positionals.length > 0
    ? positionals
    : ['fanout', 'posts', 'chat', 'idle', 'drops', 'sale', 'storm', 'reports', 'attendance']

const results: Record<string, unknown> = {
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, bun: Bun.version, at: new Date().toISOString() },
}
const note = (text: string): void => void process.stderr.write(`${text}\n`)

if (wanted.includes('fanout')) {
  note('fan-out to 200 and 1,000 subscribers …')
  results['fanout'] = [await fanout(200, seconds), await fanout(1000, seconds)]
}
if (wanted.includes('posts')) {
  note('durable posts, 64 writers on 3 nodes: one channel, then 16 …')
  results['posts'] = { oneChannel: await posts(64, seconds, 1), sixteenChannels: await posts(64, seconds, 16) }
}
if (wanted.includes('chat')) {
  note('100 channels of 10 members, posting ever more often: Socket.IO with Redis Streams, then ours, on 2 nodes each …')
  results['chat'] = await chat(100, 10, seconds)
}
if (wanted.includes('drops')) {
  note('durable claims over HTTP on 3 nodes: 64, 256 and 1,024 connections; then sold out, beside a bare handler …')
  results['drops'] = { claims: await claims(seconds, [64, 256, 1024]), soldOut: await soldOut(seconds, 64) }
}
if (wanted.includes('sale')) {
  note('the sale beside Flask, Redis and nginx: 256 connections …')
  results['sale'] = await sale(seconds, 256)
}
if (wanted.includes('storm')) {
  note('a storm of 2,000 claims a second, and talk beside it …')
  results['storm'] = await storm(seconds, 2000)
}
if (wanted.includes('reports')) {
  note(
    'durable reports on 3 nodes, 64 connections; a backlog for one that works; its deaths; all beside Flask and Redis …',
  )
  results['reports'] = await reports(seconds, 64, 1000)
}
if (wanted.includes('attendance')) {
  note('check-ins to one session on 3 nodes: 64 connections; 500 a second, and with 200 boards open …')
  results['attendance'] = await attendance(seconds, 64, 200)
}
if (wanted.includes('idle')) {
  note('idle connections …')
  results['idle'] = await idle(4000)
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
process.exit(0)
