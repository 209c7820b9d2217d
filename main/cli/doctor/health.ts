/**
 * What the admin's page says, too: asked of the cluster where one answers, with a token made for this one question; else
 * looked at from here, as far as that goes. Judged in the same place either way.
 */
import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { readDescription } from '../../../cluster/description'
import { holderOf } from '../../../cluster/lock'
import { examine } from '../../../cluster/postgres/database'
import { readSecret } from '../../../cluster/secret'
import { tlsFiles } from '../../../cluster/tls'
import { mint } from '../../../edge/sessions'
import { serversOf } from '../../../kernel/db'
import * as health from '../../../services/watch/model/health'
import type { PlaceConfig } from '../../config'
import { lookAtMachine } from '../../machine'
import type { Finding } from './finding'

export async function healthOf(place: PlaceConfig): Promise<Finding[]> {
  const findings = (await askCluster(place).catch(() => undefined)) ?? (await lookFromHere(place))
  // Nodes were looked at from outside, which says more of one that does not answer.
  return findings.filter(({ about }) => about !== 'nodes').map(inEnglish)
}

function inEnglish({ about, verdict, found, todo }: health.Finding): Finding {
  return { verdict, what: health.names[about].en, found: found.en, ...(todo && { hint: todo.en }) }
}

const askPatienceMs = 8000

/** @returns nothing when no cluster runs here. @throws when it does not answer. */
async function askCluster({
  dataDir,
  secret = readSecret(dataDir),
}: PlaceConfig): Promise<health.Finding[] | undefined> {
  const [holder, description] = [holderOf(dataDir), readDescription(dataDir)]
  if (!holder || !description || !secret) return undefined
  const doctor = { id: crypto.randomUUID(), name: 'alun doctor', role: 'admin' } as const
  const { token } = await mint(secret, doctor, 60, Date.now())
  const body = await get(description.scheme, description.port, '/api/watch/health', token)
  return (JSON.parse(body) as { findings?: health.Finding[] }).findings
}

/** By node:http, which knows no proxy: `fetch` would ask the one in HTTP_PROXY for our own loopback. */
function get(scheme: 'http' | 'https', port: number, path: string, token: string): Promise<string> {
  const request = scheme === 'https' ? overHttps : overHttp
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const asked = request(
    // The certificate names the address that people use; nobody stands between us and our own loopback.
    { host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false },
    (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(body))))
    },
  )
  asked.setTimeout(askPatienceMs, () => asked.destroy(new Error('no answer')))
  asked.on('error', reject).end()
  return promise
}

async function lookFromHere(place: PlaceConfig): Promise<health.Finding[]> {
  const { dataDir, databaseUrl } = place
  const now = Date.now()
  const { certFile } = tlsFiles(dataDir)
  const machine = await lookAtMachine({ ...place, certFile, isElsewhere: databaseUrl !== undefined })
  const url = databaseUrl ?? (holderOf(dataDir) ? readDescription(dataDir)?.databaseUrl : undefined)
  const database = url === undefined ? undefined : await examineAny(serversOf(url)).catch(() => undefined)
  return [
    health.disk(machine),
    health.certificate(machine, now),
    ...(url === undefined ? [] : [health.database(database)]),
    ...(database ? [health.clock([{ id: 'this machine', clockMs: -database.offsetMs }])] : []),
    health.backups(machine.backups, now),
    health.mail(machine.mail),
  ]
}

/** The first of several servers that takes writes. @throws what the last one said. */
async function examineAny([first, ...others]: readonly string[]): ReturnType<typeof examine> {
  try {
    return await examine(first!)
  } catch (error) {
    if (others.length === 0) throw error
    return examineAny(others)
  }
}
