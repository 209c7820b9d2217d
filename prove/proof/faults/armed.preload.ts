/**
 * Loaded before a node: only the one that is named dies at its fail points, and only in every second of its lives. Armed all at
 * once nobody would be left, and one that dies in each of its lives is soon started ever later.
 */
import { rmSync, writeFileSync } from 'node:fs'

const { ALUN_NODE_ID: node, ALUN_DATA: dataDir, PROVE_ARMED: armed } = process.env

/** Tells the lives apart by a file in the data folder. */
function isLifeAfter(file: string): boolean {
  try {
    writeFileSync(file, '', { flag: 'wx' })
    return false
  } catch {
    rmSync(file, { force: true })
    return true
  }
}

// The supervisor, who loads this too, is no node, and hands the plan on.
if (node && armed && (armed !== node || isLifeAfter(`${dataDir}/armed-${node}`))) delete process.env['ALUN_FAILPOINTS']
