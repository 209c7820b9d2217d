/** The bare servers of this folder: what the machine can do at all, each in a process of its own that ends with this one. */
export interface Bare {
  port: number
  pid: number
  stop(): Promise<void>
}

const files = { handler: 'bare-handler.ts', server: 'bare-server.ts' }

/** @param words for its command line */
export async function startBare(kind: keyof typeof files, ...words: string[]): Promise<Bare> {
  const server = Bun.spawn([process.execPath, `${import.meta.dir}/${files[kind]}`, ...words], {
    // It ends when this closes, however we end.
    stdin: 'pipe',
    stdout: 'pipe',
  })
  const port = Number(new TextDecoder().decode((await server.stdout.getReader().read()).value))
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL')
    await server.exited
  }
  return { port, pid: server.pid, stop }
}
