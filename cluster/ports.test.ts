import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'bun:test'
import { StartFailure } from './failure'
import { assertPortFree } from './ports'

let holder: Server | undefined
afterEach(() => holder?.close())

async function held(): Promise<number> {
  holder = createServer()
  await new Promise<void>((resolve) => holder!.listen(0, resolve))
  return (holder.address() as { port: number }).port
}

test('a port that is held is refused at once', async () => {
  const port = await held()
  await expect(assertPortFree(port)).rejects.toThrow(StartFailure)
})

test('a port that is let go while one is patient is free', async () => {
  const port = await held()
  let isSettled = false
  const asked = assertPortFree(port, 10_000).finally(() => (isSettled = true))
  // The first tries fail.
  await expect(assertPortFree(port, 100)).rejects.toThrow('in use')
  expect(isSettled).toBe(false)
  holder!.close()
  await asked
})
