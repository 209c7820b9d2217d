/** `alun doctor`: looks at everything Alun stands on, changes nothing, and says what to do about what is wrong. */
import { environment, placeConfig } from '../config'
import type { Command } from './command'
import { checks } from './doctor/checks'
import type { Finding } from './doctor/finding'
import { healthOf } from './doctor/health'

export const doctor: Command = {
  summary: 'checks this machine, the data folder and the running cluster; exit 1 when something is wrong',
  settings: ['data', 'port'],
  async run(flags) {
    const place = placeConfig(flags, environment())
    let hasFailed = false
    const say = (finding: Finding): void => {
      hasFailed ||= finding.verdict === 'fail'
      process.stdout.write(`${lineOf(finding)}\n`)
    }
    for (const check of checks) say(await check(place))
    for (const finding of await healthOf(place)) say(finding)
    return hasFailed ? 1 : 0
  },
}

function lineOf({ verdict, what, found, hint }: Finding): string {
  return `${verdict.padEnd(4)}  ${what}: ${found}${hint ? `\n      → ${hint}` : ''}`
}
