/**
 * Where pushes may go. The address comes from whoever subscribes, so it may not lead into the network that we stand in:
 * https only, a public address only, looked up by us and connected to as it was judged, no redirects.
 */
import { lookup as lookUp, type LookupAddress } from 'node:dns'
import http, { type RequestOptions } from 'node:http'
import https from 'node:https'
import { BlockList, isIP, isIPv6 } from 'node:net'

const inner = new BlockList()
for (const network of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
]) {
  const [address, bits] = network.split('/')
  inner.addSubnet(address!, Number(bits), 'ipv4')
}
// Of IPv6 only what is given out at all (2000::/3), and of that not what stands for an IPv4 address or for nobody.
const outer6 = new BlockList()
outer6.addSubnet('2000::', 3, 'ipv6')
const special6 = new BlockList()
for (const [address, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special6.addSubnet(address, bits, 'ipv6')
}

/** Whether an address belongs to everybody's internet. */
export function isPublic(address: string): boolean {
  if (isIPv6(address)) return outer6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
  return isIP(address) === 4 && !inner.check(address, 'ipv4')
}

/** Whether somebody may subscribe with it. A name may still turn out to lead inside: that is judged when it is used. */
export function mayBeEndpoint(endpoint: string, mayPushHere: boolean): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, hostname, username, password } = new URL(endpoint)
  if (username !== '' || password !== '') return false
  if (mayPushHere && isHere(hostname)) return protocol === 'http:' || protocol === 'https:'
  if (protocol !== 'https:') return false
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? /\.[a-z]/i.test(hostname) : isPublic(bare)
}

const isHere = (hostname: string): boolean => hostname === '127.0.0.1' || hostname === 'localhost'

export interface Posted {
  status: number
  /** The beginning of what was answered, for the admin. */
  text: string
}

export interface Post {
  endpoint: string
  headers: Record<string, string>
  body: Buffer
  mayPushHere: boolean
}

const patienceMs = 10_000
const mostTextChars = 300

/** @throws when the address leads inside, or nobody answers in time. */
export function post({ endpoint, headers, body, mayPushHere }: Post): Promise<Posted> {
  if (!mayBeEndpoint(endpoint, mayPushHere)) return Promise.reject(new Error('the address is not allowed'))
  const here = mayPushHere && isHere(new URL(endpoint).hostname)
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.length) },
    timeout: patienceMs,
    // A connection that somebody else left open was judged by nobody here.
    agent: false,
    ...(here ? {} : { lookup: judgedLookup }),
  }
  const { promise, resolve, reject } = Promise.withResolvers<Posted>()
  const program = endpoint.startsWith('https:') ? https : http
  const request = program.request(endpoint, options, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (text = (text + chunk).slice(0, mostTextChars)))
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    response.on('error', reject)
  })
  const late = setTimeout(() => request.destroy(new Error('nobody answered in time')), patienceMs)
  request.on('error', reject).on('timeout', () => request.destroy(new Error('nobody answered in time')))
  request.end(body)
  return promise.finally(() => clearTimeout(late))
}

/** The address that was judged is the one that is connected to: a name can't change its mind in between. */
const judgedLookup: RequestOptions['lookup'] = (hostname, options, callback) => {
  lookUp(hostname, { all: true }, (error, found: LookupAddress[]) => {
    const all = 'all' in options && options.all === true
    const open = (error ? [] : found).filter(({ address }) => isPublic(address))
    const first = open[0]
    if (error || !first) return callback(error ?? new Error('the address leads inside'), all ? [] : '', 0)
    if (all) callback(null, open)
    else callback(null, first.address, first.family)
  })
}
