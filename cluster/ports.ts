/** Ports: whether the public one is ours to take, and free ones for the nodes' private doors. */
import { createServer } from 'node:net'
import { StartFailure } from './failure'

/**
 * The nodes share the public port by SO_REUSEPORT, so that binding it would succeed even beside a stranger's process
 * that does the same. This binds it alone, once, before they start.
 * @param patienceMs for how long it may still be held by nodes that are ending: a process of several threads counts as
 *   dead when its first thread is, and closes its sockets only with the last.
 * @throws StartFailure
 */
export async function assertPortFree(port: number, patienceMs = 0): Promise<void> {
  const end = performance.now() + patienceMs
  let code = await listenOnce({ port, exclusive: true })
  while (code === 'EADDRINUSE' && performance.now() < end) {
    await Bun.sleep(20)
    code = await listenOnce({ port, exclusive: true })
  }
  if (code === undefined) return
  if (code === 'EADDRINUSE') throw new StartFailure(`port ${port} is in use by another program; choose one with --port`)
  if (code === 'EACCES') throw new StartFailure(`port ${port} needs more rights than we have; choose one with --port`)
  throw new StartFailure(`port ${port} cannot be used (${code}); choose one with --port`)
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce({ port, exclusive: true })) === undefined
}

/** A port on 127.0.0.1 that is free now. Somebody may take it before its user does, who then simply asks again. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen({ port: 0, host: '127.0.0.1' }, listening.resolve)
  await listening.promise
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** @returns why not, or undefined when it worked. */
async function listenOnce(where: { port: number; exclusive: boolean }): Promise<string | undefined> {
  const server = createServer()
  const outcome = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(where, () => resolve(undefined))
  })
  if (outcome === undefined) await new Promise((resolve) => server.close(resolve))
  return outcome
}
