import { Socket } from 'node:net'

type Write = (...args: unknown[]) => boolean

/**
 * A socket that hands all that is written in one turn to the operating system in one piece. The driver gathers the
 * messages of one statement only; a transaction's last statements and its COMMIT were several system calls, and each
 * woke the server.
 */
export function gatheringSocket(): Socket {
  const socket = new Socket()
  let gathered: Uint8Array[] = []
  let write = socket.write as Write
  const flush = (): void => {
    if (gathered.length === 0) return
    const all = gathered.length === 1 ? gathered[0] : Buffer.concat(gathered)
    gathered = []
    write.call(socket, all)
  }
  const gather: Write = (chunk, ...more) => {
    // Whoever wants to be told when it is written, or names an encoding, is none of the driver's messages.
    if (!(chunk instanceof Uint8Array) || more.length > 0) {
      flush()
      return write.call(socket, chunk, ...more)
    }
    if (gathered.push(chunk) === 1) queueMicrotask(flush)
    return true
  }
  // The runtime puts a method of its own on a socket that is connected: it is kept, and ours stays in front.
  Object.defineProperty(socket, 'write', {
    get: () => gather,
    set(own: Write) {
      write = own
    },
  })
  const { end } = socket
  socket.end = (...last: unknown[]) => (flush(), (end as (...args: unknown[]) => Socket).apply(socket, last))
  socket.cork = socket.uncork = () => undefined
  return socket
}
