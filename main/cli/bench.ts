import type { Command } from './command'
import { startProgram } from './prove'

export const bench: Command = {
  summary: "speed, each figure beside this machine's own limit and the peers that are installed",
  options: {
    only: { placeholder: 'NAMES', help: 'only these, with commas: fanout, fanin, posts, claims, soldout, sale …' },
    seconds: { placeholder: 'N', help: 'for each measurement (5)' },
    json: { help: 'the figures as JSON on standard output' },
    report: { placeholder: 'FILE', help: 'the figures as a page with bars (HTML)' },
    write: { placeholder: 'FILE', help: 'into the marked places of a document, such as docs/performance.md' },
    smoke: { help: 'a few seconds of a few of them, to see that they run' },
  },
  run: (flags) => startProgram('prove/bench/main.ts', flags),
}
