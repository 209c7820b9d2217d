/** For the environment of `alun up`: what each node loads before it begins, so that the product has no code for it. */
import { join } from 'node:path'

/** How wrong a node's clock is stands in a file of the data folder; and one node alone may be armed. */
export const preloads = {
  BUN_OPTIONS: ['clock.preload.ts', 'armed.preload.ts']
    .map((file) => `--preload=${join(import.meta.dir, file)}`)
    .join(' '),
}

/** @param plan of fail points. @param node the one that dies there; all of them, if none is named. */
export const armedWith = (plan: string, node: string | undefined): Record<string, string> => ({
  ALUN_FAILPOINTS: plan,
  ...(node === undefined ? {} : { PROVE_ARMED: node }),
})
