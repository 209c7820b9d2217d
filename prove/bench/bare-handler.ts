/**
 * The machine's own limit: an HTTP handler that parses the same body and answers as much, and does nothing else. Started by
 * the benchmark as a process of its own.
 */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    const { key } = (await request.json()) as { key: string }
    return Response.json({ verdict: 'sold_out', key })
  },
})
process.stdout.write(`${server.port}\n`)
// Whoever started it is gone.
process.stdin.resume().on('end', () => process.exit())

export {}
