/** Clocks of nodes that go wrong, as that of a machine whose battery is empty. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const wrongMs = 3000
/** Ten minutes fast, or an hour slow. */
const errors = [600_000, -3_600_000] as const

export const errorOf = (nth: number): number => errors[nth % errors.length]!

/** One node's clock jumps, and jumps back. Others that take its place meanwhile have the same wrong clock. */
export async function skew(dataDir: string, node: string, nth: number): Promise<void> {
  const file = join(dataDir, `clock-${node}`)
  await writeFile(file, String(errorOf(nth)))
  await Bun.sleep(wrongMs)
  await rm(file, { force: true })
}
