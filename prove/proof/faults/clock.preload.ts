/** Loaded before a node: its clock is as wrong as the file `clock-<node>` in its data folder says, in milliseconds. */
import { readFileSync } from 'node:fs'

const lookMs = 100
const { ALUN_NODE_ID: node, ALUN_DATA: dataDir } = process.env

if (node && dataDir) {
  let wrongMs = 0
  const look = (): void => {
    try {
      wrongMs = Number(readFileSync(`${dataDir}/clock-${node}`, 'utf8'))
    } catch {
      wrongMs = 0
    }
  }
  look()
  setInterval(look, lookMs).unref()
  const Right = Date
  globalThis.Date = new Proxy(Right, {
    construct: (target, args: []) => (args.length === 0 ? new Right(Right.now() + wrongMs) : new target(...args)),
    apply: () => new Right(Right.now() + wrongMs).toString(),
    get: (target, name) => (name === 'now' ? () => Right.now() + wrongMs : (Reflect.get(target, name) as unknown)),
  })
}
