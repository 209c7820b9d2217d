/** Where the cluster is that a command was pointed at: DATABASE_URL, else the one that runs on the data folder. */
import { readDescription } from '../../cluster/description'
import { StartFailure } from '../../cluster/failure'
import { holderOf } from '../../cluster/lock'
import { readSecret } from '../../cluster/secret'
import { settings, type PlaceConfig } from '../config'

/** @throws StartFailure */
export function databaseOf(place: PlaceConfig): string {
  if (place.databaseUrl) return place.databaseUrl
  if (!holderOf(place.dataDir)) {
    throw new StartFailure(`no cluster runs on ${place.dataDir}: start it, or name one with --data or DATABASE_URL`)
  }
  const url = readDescription(place.dataDir)?.databaseUrl
  if (!url) throw new StartFailure(`the cluster on ${place.dataDir} has no database yet: wait until it says "ready"`)
  return url
}

/** @throws StartFailure */
export function secretOf(place: PlaceConfig): string {
  const secret = place.secret ?? readSecret(place.dataDir)
  if (secret) return secret
  throw new StartFailure(`no secret in ${place.dataDir}: give ALUN_SECRET (${settings.secret.allowed}) or --data`)
}
