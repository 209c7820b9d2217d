/**
 * The machine's own limit: a WebSocket server that does nothing but hand what it receives to the runtime's native
 * publish, as a frame of the given size. Started by the benchmark as a process of its own.
 */
const bytes = Number(process.argv[2])
const server = Bun.serve<undefined>({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('', { status: 400 })),
  websocket: {
    perMessageDeflate: false,
    open: (socket) => void socket.subscribe('all'),
    message: () => {
      server.publish('all', `{"push"${'x'.repeat(bytes - 7)}`)
    },
  },
})
process.stdout.write(`${server.port}\n`)
// Whoever started it is gone.
process.stdin.resume().on('end', () => process.exit())

export {}
