/**
 * A node that does nothing but live: it answers /healthz and /readyz, holds the public port, ends when told or when its
 * supervisor is gone. Its last words say how it shall misbehave:
 *
 *   dies        ends before it is ready
 *   dies:FILE   does so once that file is there
 *   lingers     takes SIGTERM for a suggestion
 *   waits:MS    needs that long to drain
 */
import { existsSync } from 'node:fs'

const behaviour = process.argv[2] ?? ''
// oxlint-disable-next-line no-restricted-properties -- main/config, which reads it for nodes, is not ours to import
const { ALUN_NODE_ID: id, ALUN_PRIVATE_PORT: privatePort, ALUN_PORT: port, DATABASE_URL: databaseUrl } = process.env

if (behaviour === 'dies' || (behaviour.startsWith('dies:') && existsSync(behaviour.slice('dies:'.length)))) {
  console.error('the stand-in dies, as it was told to')
  process.exit(3)
}

Bun.serve({ hostname: '127.0.0.1', port: Number(privatePort), fetch: () => new Response(databaseUrl) })
Bun.serve({ port: Number(port), reusePort: true, fetch: () => new Response(id) })
console.log(JSON.stringify({ level: 'info', what: 'up', id }))

function end(): void {
  if (behaviour === 'lingers') return console.error('the stand-in lingers')
  setTimeout(() => process.exit(0), behaviour.startsWith('waits:') ? Number(behaviour.split(':')[1]) : 0)
}

process.on('SIGTERM', end)
process.stdin.on('end', end).resume()
