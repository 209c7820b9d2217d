/** The facts of this machine and its settings that tell how an installation is; what they mean is judged in the watch. */
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { readDescription } from '../cluster/description'
import { greetMailServer } from '../services/people/mail'
import type { Machine, Mail } from '../services/watch/model/health'
import { lastBackupAt } from './backup/daily'

export interface MachinePlace {
  dataDir: string
  /** The database is one that somebody else runs, and backs up. */
  isElsewhere: boolean
  certFile?: string | undefined
  smtpUrl?: string | undefined
  publicUrl?: string | undefined
  pushContact?: string | undefined
  demo: boolean
  backups: number
}

export async function lookAtMachine(place: MachinePlace): Promise<Machine> {
  const { dataDir, certFile, publicUrl, pushContact, isElsewhere, demo, backups: kept } = place
  const { bavail, bsize } = statfsSync(existingAbove(dataDir))
  const certificateEndsAt = certFile && existsSync(certFile) ? endOf(certFile) : undefined
  const [lastAt, startedAt] = [lastBackupAt(dataDir), readDescription(dataDir)?.startedAt]
  return {
    freeBytes: bavail * bsize,
    ...(certificateEndsAt !== undefined && { certificateEndsAt }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(pushContact !== undefined && { pushContact }),
    backups: {
      ...{ kept, isElsewhere, isDemo: demo },
      ...(lastAt !== undefined && { lastAt }),
      ...(startedAt !== undefined && { upSince: Date.parse(startedAt) }),
    },
    mail: await mailOf(place),
  }
}

const existingAbove = (path: string): string => (existsSync(path) ? path : existingAbove(dirname(path)))

const endOf = (certFile: string): number => Date.parse(new X509Certificate(readFileSync(certFile)).validTo)

/** A page waits for it: a mail server that is silent for longer has not taken us. */
const mailPatienceMs = 4000

/** Whether the mail server takes us: connected to, spoken to and signed in at, and nothing is sent. */
export async function mailOf({ smtpUrl, publicUrl }: Pick<MachinePlace, 'smtpUrl' | 'publicUrl'>): Promise<Mail> {
  if (!smtpUrl) return 'none'
  const { hostname, port } = new URL(smtpUrl)
  const found = { server: port ? `${hostname}:${port}` : hostname, hasAddress: publicUrl !== undefined }
  const problem = await Promise.race([
    greetMailServer(smtpUrl).then(
      () => undefined,
      (error: Error) => error.message,
    ),
    Bun.sleep(mailPatienceMs).then(() => 'no answer'),
  ])
  return { ...found, ...(problem !== undefined && { problem }) }
}
