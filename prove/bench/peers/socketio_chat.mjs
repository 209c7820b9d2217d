// The same chat on Socket.IO with its Redis Streams adapter; the last hundred messages of a room are a list in Redis.
//   PORT=7401 NODE_NAME=0 REDIS_URL=redis://127.0.0.1:7380 node socketio_chat.mjs
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-streams-adapter'
import { createClient } from 'redis'
import { Server } from 'socket.io'

const url = process.env.REDIS_URL
const node = process.env.NODE_NAME
const store = createClient({ url })
const bus = createClient({ url })
await Promise.all([store.connect(), bus.connect()])

const http = createServer((_request, response) => response.end(node))
const io = new Server(http, {
  adapter: createAdapter(bus, { onlyPlaintext: true, readCount: 1000 }),
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
})

io.on('connection', (socket) => {
  socket.on('join', async ({ room }) => {
    await socket.join(room)
    socket.emit('joined', { room, node })
  })
  socket.on('send_message', (message) => {
    io.to(message.room).emit('message', message)
    const key = `history:${message.room}`
    // Not awaited: both go over one connection, in this order.
    store.lPush(key, JSON.stringify(message)).catch(() => {})
    store.lTrim(key, 0, 99).catch(() => {})
  })
})

http.listen(Number(process.env.PORT), '127.0.0.1', 4096)
