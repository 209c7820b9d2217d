/** What `alun doctor` looks at from outside, in the order in which one thing stands on another. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { readDescription } from '../../../cluster/description'
import { holderOf } from '../../../cluster/lock'
import { statusOf } from '../../../cluster/node/pulse'
import { isPortFree } from '../../../cluster/ports'
import { secretFile } from '../../../cluster/secret'
import type { PlaceConfig } from '../../config'
import { fail, ok, warn, type Check, type Finding } from './finding'

const wantedBun = '1.4.5'

export const checks: readonly Check[] = [programs, folder, secret, port, cluster, nodes]

function programs(): Finding {
  const node = Bun.which('node')
  const version = node ? Bun.spawnSync([node, '--version']).stdout.toString().trim() : 'none'
  const found = `bun ${Bun.version}, node ${version}`
  if (Bun.version !== wantedBun) return warn('programs', found, `tried with bun ${wantedBun}: run npm ci`)
  if (Number(version.slice(1).split('.')[0]) < 20) return warn('programs', found, 'npm start needs Node 20 or later')
  return ok('programs', found)
}

function folder({ dataDir }: PlaceConfig): Finding {
  if (!existsSync(dataDir)) {
    return warn('data folder', `${dataDir} does not exist`, 'the first `alun up` makes it; is --data what you meant?')
  }
  try {
    accessSync(dataDir, constants.W_OK)
  } catch {
    return fail(
      'data folder',
      `${dataDir} cannot be written`,
      'run as the user whom it belongs to, or choose another with --data',
    )
  }
  return ok('data folder', dataDir)
}

function secret({ dataDir, secret: given }: PlaceConfig): Finding {
  if (given) return ok('secret', 'given by ALUN_SECRET')
  const file = secretFile(dataDir)
  if (!existsSync(file)) return warn('secret', 'none yet', 'the first `alun up` makes one')
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o077) === 0) return ok('secret', 'in the data folder, readable by its owner alone')
  return fail('secret', `${file} has mode ${mode.toString(8)}`, `others can sign in as anybody: chmod 600 ${file}`)
}

async function port({ dataDir, port: wanted }: PlaceConfig): Promise<Finding> {
  const holder = holderOf(dataDir)
  const number = holder?.port ?? wanted
  const isFree = await isPortFree(number)
  if (holder) {
    if (!isFree) return ok('port', `${number} is ours`)
    return fail('port', `nobody listens on ${number}`, 'no node is up: see the nodes below and their logs')
  }
  return isFree
    ? ok('port', `${number} is free`)
    : fail('port', `${number} is in use by another program`, 'choose one with --port')
}

function cluster({ dataDir }: PlaceConfig): Finding {
  const holder = holderOf(dataDir)
  if (holder) return ok('cluster', `runs (pid ${holder.pid}, since ${holder.since})`)
  return readDescription(dataDir)
    ? warn(
        'cluster',
        'does not run; it ended without an orderly stop',
        'nothing acknowledged is lost; `alun up` goes on',
      )
    : warn('cluster', 'does not run', 'alun up')
}

async function nodes({ dataDir }: PlaceConfig): Promise<Finding> {
  const described = holderOf(dataDir) ? (readDescription(dataDir)?.nodes ?? []) : []
  if (described.length === 0) return warn('nodes', 'none', 'alun up')
  const states = await Promise.all(
    described.map(async ({ id, state, privatePort }) => {
      const answer = privatePort ? await statusOf(privatePort, '/readyz', 1000) : undefined
      return { id, isReady: answer?.status === 200, words: `${id} ${state} ${answer?.body.trim() ?? 'no answer'}` }
    }),
  )
  const found = states.map(({ words }) => words).join('\n      ')
  const bad = states.filter(({ isReady }) => !isReady).map(({ id }) => `${dataDir}/log/${id}.log`)
  return bad.length === 0 ? ok('nodes', found) : fail('nodes', found, `see ${bad.join(', ')}`)
}
