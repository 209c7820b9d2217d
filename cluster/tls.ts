/** Where the certificates that we make lie in the data folder. */
import { join } from 'node:path'

export interface CertificateFiles {
  certFile: string
  keyFile: string
  caFile: string
}

export function tlsFiles(dataDir: string): CertificateFiles {
  const file = (name: string): string => join(dataDir, 'tls', name)
  return { certFile: file('server.crt'), keyFile: file('server.key'), caFile: file('ca.crt') }
}
