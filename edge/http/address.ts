import { BlockList, isIP } from 'node:net'
import type { Server } from 'bun'
import type { SocketData } from '../sockets'

/** The client's address. */
export type AddressOf = (request: Request, server: Server<SocketData>) => string

/**
 * The address as the socket has it; behind proxies that we were told to trust, the first address from the right of
 * `X-Forwarded-For` that isn't one of theirs. Nothing that a client can write itself is believed: what stands left of
 * that address, or of anything that is none, came from outside.
 * @param trusted addresses or CIDR ranges of the proxies in front of us.
 * @throws when an entry is neither.
 */
export function addressReader(trusted: readonly string[]): AddressOf {
  const proxies = new BlockList()
  for (const entry of trusted) {
    const [address, prefix] = entry.split('/')
    const family = isIP(address ?? '')
    if (family === 0) throw new Error(`trusted proxies: ${entry} is neither an address nor a range`)
    const type = family === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) proxies.addAddress(address!, type)
    else proxies.addSubnet(address!, Number(prefix), type)
  }
  const isProxy = (address: string): boolean => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return (request, server) => {
    const direct = plain(server.requestIP(request)?.address ?? '')
    if (trusted.length === 0 || !isProxy(direct)) return direct
    let nearest = direct
    for (const hop of (request.headers.get('x-forwarded-for') ?? '').split(',').reverse()) {
      const address = plain(hop.trim())
      if (isIP(address) === 0) return nearest
      if (!isProxy(address)) return address
      nearest = address
    }
    return nearest
  }
}

/** IPv4 in IPv6 clothes is IPv4; some proxies write a port behind the address, and brackets around it. */
function plain(hop: string): string {
  const address = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
