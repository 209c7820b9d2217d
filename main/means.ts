/** What single services are given of this installation's settings. */
import { join } from 'node:path'
import { usualLimits, type FileMeans } from '../services/files/means'
import { diskStorage, s3Storage, type Storage } from '../services/files/storage'
import type { MailMeans } from '../services/people/mail'
import type { InboxMeans } from '../services/inbox/means'
import type { WatchMeans } from '../services/watch/means'
import type { NodeConfig } from './config'
import { readDescription } from '../cluster/description'
import { pushStanding } from '../services/inbox/standing'
import { outside } from './demo/outside'
import { proveOne } from './demo/prove-one'
import { lookAtMachine, type MachinePlace } from './machine'

export interface Means {
  files: FileMeans
  inbox: InboxMeans
  mail: MailMeans
  watch: WatchMeans
}

const megabyte = 1024 * 1024

/** @param jobs what is made of these means is asked for when somebody looks. */
export function meansOf(config: NodeConfig, jobs: WatchMeans['jobs']): Means {
  const { secret, dataDir, smtpUrl, publicUrl, push } = config
  const { s3, imageMegabytes, fileMegabytes } = config.files
  return {
    mail: { smtpUrl, publicUrl },
    watch: {
      ...{ demo: config.demo, jobs, ask: outside(config), prove: proveOne },
      machine: () => lookAtMachine(machineOf(config)),
      push: (sql) => pushStanding(sql, secret),
    },
    inbox: { secret, contact: push.contact ?? usualContact(publicUrl), mayPushHere: push.here },
    files: {
      storage: s3 ? s3Storage(s3) : diskStorage(join(dataDir, 'files')),
      secret,
      limits: {
        ...usualLimits,
        imageBytes: Math.min(imageMegabytes, fileMegabytes) * megabyte,
        fileBytes: fileMegabytes * megabyte,
      },
    },
  }
}

/** A supervisor that runs the database, too, says so in the data folder. */
const machineOf = ({ dataDir, tls, smtpUrl, publicUrl, push, demo, backups }: NodeConfig): MachinePlace => ({
  ...{ dataDir, smtpUrl, publicUrl, demo, backups },
  ...{ certFile: tls?.certFile, pushContact: push.contact },
  isElsewhere: readDescription(dataDir)?.postgresPid === undefined,
})

/** Whom push services write to when nobody was named. */
const usualContact = (publicUrl?: string): string =>
  publicUrl?.startsWith('https:') ? publicUrl : 'mailto:admin@alun.invalid'

const absent = (): never => {
  throw new Error('this process has no means to run services')
}
const noStorage: Storage = { put: absent, get: absent, removeAll: absent }

/** For those who look at what services are, and don't run them. */
export const noMeans: Means = {
  files: { storage: noStorage, secret: '', limits: usualLimits },
  inbox: { secret: '', contact: '', mayPushHere: false },
  mail: {},
  watch: { demo: false, jobs: absent, ask: absent, prove: absent, machine: absent, push: absent },
}
