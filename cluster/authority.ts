/**
 * A certificate authority of this machine's own, for https where no public one can help: campus networks, demos,
 * phones that need a secure page for camera and location. Whoever trusts `ca.crt` once trusts every later certificate.
 *
 * The server's certificate names this machine in every way it can be reached and is made anew before it ends, or when
 * the machine got an address that it doesn't name.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { isIP } from 'node:net'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { tlsFiles, type CertificateFiles } from './tls'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 24 * 3600 * 1000
/** Clocks of phones are behind at times. */
const backdateMs = dayMs
const authorityDays = 3650
/** Browsers and phones refuse more than 397, the back-dated day included. */
const serverDays = 390
const renewBeforeDays = 30

/** Every name and address by which this machine may be asked for. Link-local addresses are nobody's bookmark. */
export function namesOfThisMachine(): string[] {
  const host = hostname().toLowerCase()
  const local = host.endsWith('.local') ? host : `${host.split('.')[0]}.local`
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ address }) => !address.startsWith('fe80:') && !address.startsWith('169.254.'))
    .map(({ address }) => address)
  return [...new Set(['localhost', host, local, '127.0.0.1', '::1', ...addresses])]
}

/** @returns the files, and whether the server's certificate was made just now. */
export async function ensureCertificate(
  dataDir: string,
  names: readonly string[] = namesOfThisMachine(),
  now: number = Date.now(),
): Promise<CertificateFiles & { isNew: boolean }> {
  const files = tlsFiles(dataDir)
  mkdirSync(join(dataDir, 'tls'), { recursive: true, mode: 0o700 })
  const authority = await ensureAuthority(files.caFile, join(dataDir, 'tls', 'ca.key'), now)
  if (isGood(files, authority.certificate, names, now)) return { ...files, isNew: false }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [names[1] ?? 'localhost'] }],
    issuer: authority.certificate.subject,
    notBefore: new Date(now - backdateMs),
    notAfter: new Date(now + serverDays * dayMs),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  })
  write(files.keyFile, await keyText(keys.privateKey), 0o600)
  write(files.certFile, `${certificate.toString('pem')}\n`, 0o644)
  return { ...files, isNew: true }
}

interface Authority {
  certificate: x509.X509Certificate
  key: CryptoKey
}

/** The key is written first: an authority without its key would be trusted and of no use. */
async function ensureAuthority(certFile: string, keyFile: string, now: number): Promise<Authority> {
  if (existsSync(certFile) && existsSync(keyFile)) {
    const certificate = new x509.X509Certificate(readFileSync(certFile, 'utf8'))
    if (certificate.notAfter.getTime() > now + serverDays * dayMs) return { certificate, key: await readKey(keyFile) }
  }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ O: ['Alun'] }, { CN: [`Alun on ${hostname()}`] }],
    notBefore: new Date(now - backdateMs),
    notAfter: new Date(now + authorityDays * dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      // It signs servers, never another authority.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  write(keyFile, await keyText(keys.privateKey), 0o600)
  write(certFile, `${certificate.toString('pem')}\n`, 0o644)
  return { certificate, key: keys.privateKey }
}

/** Whole, signed by this authority, fitting its key, lasting long enough, and naming all. */
function isGood(
  files: CertificateFiles,
  authority: x509.X509Certificate,
  names: readonly string[],
  now: number,
): boolean {
  if (!existsSync(files.certFile) || !existsSync(files.keyFile)) return false
  try {
    const certificate = new X509Certificate(readFileSync(files.certFile))
    return (
      Date.parse(certificate.validTo) > now + renewBeforeDays * dayMs &&
      certificate.checkIssued(new X509Certificate(authority.toString('pem'))) &&
      certificate.checkPrivateKey(createPrivateKey(readFileSync(files.keyFile))) &&
      names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)))
    )
  } catch {
    return false
  }
}

/** Positive, and of the same length each time. */
function serial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return Buffer.from(bytes).toString('hex')
}

async function keyText(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

async function readKey(file: string): Promise<CryptoKey> {
  const [der] = x509.PemConverter.decode(readFileSync(file, 'utf8'))
  return crypto.subtle.importKey('pkcs8', der!, algorithm, true, ['sign'])
}

function write(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode, flush: true })
  renameSync(`${file}.new`, file)
}
