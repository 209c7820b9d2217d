/** Networks by CIDR, IPv4 and IPv6. An address is one signal among others: a whole campus may stand behind one. */

interface Bits {
  /** 4 or 16 bytes. */
  bytes: number[]
}

/** Nothing for what is no address. An IPv4 address in IPv6 clothes is an IPv4 address. */
export function parseAddress(text: string): Bits | undefined {
  const plain = text.split('%')[0]!.toLowerCase()
  const mapped = /^(?:::ffff:|(?:0+:){5}ffff:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain)
  if (mapped) return four(mapped[1]!)
  return plain.includes(':') ? six(plain) : four(plain)
}

function four(text: string): Bits | undefined {
  const parts = text.split('.')
  const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256))
  return parts.length === 4 && bytes.every((byte) => byte < 256) ? { bytes } : undefined
}

function six(text: string): Bits | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [left, right = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - left!.length - right.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...left!, ...Array<string>(missing).fill('0'), ...right]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined
  return { bytes: groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]) }
}

interface Cidr extends Bits {
  length: number
}

/** `10.20.0.0/16`, `2001:db8::/32`, or one address. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length, more] = text.trim().split('/')
  const parsed = parseAddress(address)
  if (!parsed || more !== undefined) return undefined
  const most = parsed.bytes.length * 8
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined
  const bits = length === undefined ? most : Number(length)
  return bits <= most ? { ...parsed, length: bits } : undefined
}

export function isWithin(address: string, networks: readonly string[]): boolean {
  const found = parseAddress(address)
  if (!found) return false
  return networks.some((text) => {
    const network = parseCidr(text)
    return network !== undefined && covers(network, found)
  })
}

function covers(network: Cidr, { bytes }: Bits): boolean {
  if (network.bytes.length !== bytes.length) return false
  return network.bytes.every((byte, index) => {
    const left = Math.min(8, Math.max(0, network.length - index * 8))
    const mask = (0xff << (8 - left)) & 0xff
    return (byte & mask) === (bytes[index]! & mask)
  })
}
