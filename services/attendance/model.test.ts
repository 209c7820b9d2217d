import { describe, expect, test } from 'bun:test'
import { fc } from '../../prove/testing/property'
import { currentCode, isFromNetwork, issueNetwork, issueTicket, knows, readTicket, sha256 } from './codes'
import { commitmentOf, genesis, hashOf, verify, type Linked } from './model/chain'
import { decide, windowMs, type Asked } from './model/decide'
import { isWithin, parseCidr } from './model/network'
import { bandOf, distanceBetween, inWords, judge } from './model/place'

const place = { lat: -1.61, lng: 103.52, radius: 100 }
const north = (metres: number, accuracy = 10) => ({ lat: place.lat + metres / 111_195, lng: place.lng, accuracy })

describe('a place', () => {
  test('is inside, unsure or outside, by the radius and the error that the device admits', () => {
    const cases: [number, number, string][] = [
      [0, 10, 'inside'],
      [99, 10, 'inside'],
      [105, 10, 'unsure'],
      [115, 10, 'outside'],
      [20, 2000, 'unsure'],
      [1900, 2000, 'unsure'],
      [2200, 2000, 'outside'],
      [50, 120, 'unsure'],
    ]
    for (const [metres, accuracy, verdict] of cases) {
      expect(`${metres} ${accuracy} ${judge(place, north(metres, accuracy)).verdict}`).toBe(
        `${metres} ${accuracy} ${verdict}`,
      )
    }
  })

  test('is as far away as the earth is round', () => {
    const jakarta = { lat: -6.2, lng: 106.816 }
    const surabaya = { lat: -7.25, lng: 112.75 }
    expect(distanceBetween(jakarta, surabaya) / 1000).toBeCloseTo(665.3, 0)
    expect(distanceBetween({ lat: 0, lng: 179.99 }, { lat: 0, lng: -179.99 })).toBeLessThan(2300)
    expect([20, 120, 800, 30_000].map(bandOf)).toEqual(['<50 m', '50 m-200 m', '200 m-1 km', '>20 km'])
    expect([3, 834, 1234, 45_678].map(inWords)).toEqual(['10 m', '830 m', '1.2 km', '46 km'])
  })
})

describe('a network', () => {
  test('holds the addresses of its range, of both families', () => {
    const campus = ['10.20.0.0/16', '2001:db8:abc::/48', '192.0.2.7']
    const inside = ['10.20.0.1', '10.20.255.255', '::ffff:10.20.3.4', '2001:db8:abc:1::5', '192.0.2.7']
    const outside = ['10.21.0.1', '2001:db8:abd::1', '192.0.2.8', '', 'x', '10.20.0.256', '::1', '1.2.3']
    for (const address of inside) expect([address, isWithin(address, campus)]).toEqual([address, true])
    for (const address of outside) expect([address, isWithin(address, campus)]).toEqual([address, false])
    for (const wrong of ['10.0.0.0/33', '10.0.0/8', 'a', '::1::', '1.2.3.4/8/8', '2001:db8::/-1']) {
      expect([wrong, parseCidr(wrong)]).toEqual([wrong, undefined])
    }
    expect(isWithin('203.0.113.9', ['0.0.0.0/0'])).toBe(true)
  })
})

describe('a code', () => {
  const session = { id: 's1', secret: 'very secret' }
  const stepMs = 10_000

  test('is known while it is shown and one step after, by whoever has the secret', () => {
    const { typed, scanned, untilMs } = currentCode(session, stepMs, 1_000_005)
    expect(typed).toMatch(/^[2-9A-HJ-NP-Z]{6}$/)
    expect(untilMs).toBe(1_010_000)
    for (const later of [0, 9_994, 19_994]) expect(knows(session, stepMs, 1_000_005 + later, typed)).toBe('typed')
    expect(knows(session, stepMs, 1_000_005 + 19_996, typed)).toBeUndefined()
    expect(knows(session, stepMs, 990_000, typed)).toBeUndefined()
    expect(knows(session, stepMs, 1_000_005, ` ${typed.slice(0, 3).toLowerCase()}-${typed.slice(3)} `)).toBe('typed')
    expect(knows(session, stepMs, 1_000_005, scanned)).toBe('scanned')
    expect(knows({ ...session, id: 's2' }, stepMs, 1_000_005, scanned)).toBeUndefined()
    expect(knows({ ...session, secret: 'other' }, stepMs, 1_000_005, typed)).toBeUndefined()
  })

  test('that was scanned becomes a ticket that nobody can make or change', () => {
    const ticket = issueTicket(session, 1_234_567)
    expect(readTicket(session, ticket)).toMatchObject({ issuedMs: 1_234_567 })
    expect(readTicket({ ...session, id: 's2' }, ticket)).toBeUndefined()
    const [issued, scan, mac] = ticket.split('.') as [string, string, string]
    for (const forged of [
      `${issued}0.${scan}.${mac}`,
      `${issued}.x${scan}.${mac}`,
      `${issued}.${scan}.`,
      'a.b.c',
      '',
    ]) {
      expect(readTicket(session, forged)).toBeUndefined()
    }
  })

  test('of the network is one person’s, for two minutes', () => {
    const proof = issueNetwork(session, 'ani', 1_000_000)
    expect(isFromNetwork(session, 'ani', 1_119_000, proof)).toBe(true)
    expect(isFromNetwork(session, 'ani', 1_121_000, proof)).toBe(false)
    expect(isFromNetwork(session, 'budi', 1_000_000, proof)).toBe(false)
  })
})

const base: Asked = {
  ...{ direction: 'in', nowMs: 1_000_000, wasIn: false },
  terms: {
    ...{ opensMs: 0, lateMs: undefined, closesMs: 9e9, closed: false, once: false, walkIns: 'accept', hasList: false },
    ...{ place, rules: { codeSeconds: 10, need: 'any' } },
  },
  person: { listed: false, guest: false, exempt: [] },
  proof: { wrongCodes: 0 },
}
const ruled = (rules: object, proof: object, more: Partial<Asked> = {}) =>
  decide({
    ...base,
    ...more,
    terms: { ...base.terms, rules: { ...base.terms.rules, ...rules } },
    proof: { wrongCodes: 0, ...proof },
  })

describe('rules', () => {
  const code = { code: true }
  const both = { code: true, location: true }

  test('any: one way is enough, and what failed tells more than what was not tried', () => {
    expect(ruled(both, { code: 'right' })).toMatchObject({ verdict: 'accepted', how: 'code', state: 'accepted' })
    expect(ruled(both, { code: 'scanned' })).toMatchObject({ how: 'scan' })
    expect(ruled(both, { position: north(10) })).toMatchObject({ verdict: 'accepted', how: 'location' })
    expect(ruled(both, { code: 'wrong', position: north(10) })).toMatchObject({ verdict: 'accepted' })
    expect(ruled(both, { code: 'right', position: north(5000) })).toMatchObject({
      flags: ['outside'],
      state: 'accepted',
    })
    expect(ruled(both, { position: north(5000) })).toMatchObject({ reason: 'outside', ways: ['code', 'roll_call'] })
    expect(ruled(both, { code: 'wrong' })).toMatchObject({
      reason: 'wrong_code',
      ways: ['code', 'location', 'roll_call'],
    })
    expect(ruled(both, {})).toMatchObject({ verdict: 'refused', reason: 'code_needed' })
    expect(ruled(both, { position: north(105) })).toMatchObject({ verdict: 'accepted', state: 'pending' })
  })

  test('all: every way is needed, unless one is let off', () => {
    const all = { ...both, need: 'all' }
    expect(ruled(all, { code: 'right' })).toMatchObject({ reason: 'location_needed', ways: ['roll_call'] })
    expect(ruled(all, { code: 'right', position: north(10) })).toMatchObject({ verdict: 'accepted', state: 'accepted' })
    expect(ruled(all, { code: 'right', position: north(105) })).toMatchObject({ state: 'pending' })
    const person = { listed: true, guest: false, exempt: ['location'] }
    expect(ruled(all, { code: 'right' }, { person })).toMatchObject({ verdict: 'accepted' })
    expect(ruled(all, {}, { person: { ...person, exempt: ['location', 'code'] } })).toMatchObject({ how: 'exempt' })
  })

  test('ten wrong codes close the typing, not the scanning', () => {
    expect(ruled(code, { code: 'right', wrongCodes: 9 })).toMatchObject({ verdict: 'accepted' })
    expect(ruled(code, { code: 'right', wrongCodes: 10 })).toMatchObject({ reason: 'too_many_tries' })
    expect(ruled(code, { code: 'scanned', wrongCodes: 10 })).toMatchObject({ verdict: 'accepted' })
  })

  test('a fix is old by the device’s own reckoning; a device whose clock is wrong is believed none the less', () => {
    const location = { location: true }
    const tenMinutes = 600_000
    for (const off of [-tenMinutes, tenMinutes]) {
      const proof = { position: north(10), capturedMs: base.nowMs + off }
      expect(ruled(location, proof)).toMatchObject({ verdict: 'accepted', flags: ['device_clock'] })
    }
    expect(ruled(location, { position: north(10), capturedMs: base.nowMs - 6 * tenMinutes })).toMatchObject({
      reason: 'stale_location',
    })
    expect(ruled(location, { position: { ...north(10), ageMs: 61_000 } })).toMatchObject({ reason: 'stale_location' })
    expect(ruled(location, { position: { ...north(10), ageMs: 1000 }, capturedMs: 0 })).toMatchObject({
      verdict: 'accepted',
    })
  })

  test('a network is one signal among others', () => {
    const network = { network: ['10.0.0.0/8'] }
    expect(ruled(network, { network: true })).toMatchObject({ verdict: 'accepted', how: 'network', flags: [] })
    expect(ruled(network, { network: false })).toMatchObject({ reason: 'network_needed' })
    expect(ruled({ ...network, code: true }, { code: 'right' })).toMatchObject({ flags: ['off_campus_network'] })
  })

  test('roll call alone leaves nothing to press', () => {
    expect(ruled({ rollCall: true }, {})).toMatchObject({ reason: 'roll_call_only' })
  })

  test('whoever scanned in time is in time, though signing in took a while', () => {
    const terms = { ...base.terms, lateMs: 990_000, rules: { ...base.terms.rules, code: true } }
    const late = (proof: object) => decide({ ...base, terms, proof: { wrongCodes: 0, ...proof } })
    expect(late({ code: 'right' })).toMatchObject({ late: true })
    expect(late({ code: 'scanned', scannedMs: 985_000 })).toMatchObject({ late: false })
  })

  test('no proof beats a winner within the window, and nothing but the window or `once` holds it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * windowMs }), fc.boolean(), fc.boolean(), (after, once, right) => {
        const winner = { id: 'w', atMs: base.nowMs - after }
        const proof = { wrongCodes: 0, code: right ? ('right' as const) : ('wrong' as const) }
        const rules = { ...base.terms.rules, code: true }
        const { verdict } = decide({ ...base, winner, proof, terms: { ...base.terms, rules, once } })
        expect(verdict).toBe(once || after < windowMs ? 'duplicate' : right ? 'accepted' : 'refused')
      }),
    )
  })
})

describe('a chain', () => {
  const chain = (length: number): Linked[] => {
    const links: Linked[] = []
    for (let seq = 1; seq <= length; seq++) {
      const [salt, coordinates] = ['salt', `[${seq},2,3]`]
      const link = {
        ...{ seq, at: new Date(seq * 1000).toISOString(), kind: 'check', actor: 'a', user: 'u', direction: 'in' },
        ...{
          verdict: 'accepted',
          reason: '',
          details: `{"n":${seq}}`,
          commitment: commitmentOf(salt, coordinates, sha256),
        },
      }
      const hash = hashOf(links.at(-1)?.hash ?? genesis('s', sha256), link, sha256)
      links.push({ ...link, hash, salt, coordinates })
    }
    return links
  }
  const told = (links: Linked[]) => links.map(({ seq, hash }) => ({ seq, hash }))

  test('holds, with coordinates and without', () => {
    const links = chain(20)
    const without = links.map((link) => ({ ...link, coordinates: null, salt: null }))
    for (const some of [links, without]) {
      expect(verify('s', some, told(links), sha256)).toEqual({ faults: [], seq: 20, hash: links[19]!.hash })
    }
    expect(verify('s', [], [], sha256).faults).toEqual([])
  })

  test('shows any character that was changed in any field, a link taken out, put in, or cut off at the end', () => {
    const fields = [
      'at',
      'kind',
      'actor',
      'user',
      'direction',
      'verdict',
      'reason',
      'details',
      'commitment',
      'hash',
    ] as const
    const links = chain(9)
    fc.assert(
      fc.property(fc.nat(8), fc.constantFrom(...fields), fc.nat(), (at, field, place) => {
        const text = links[at]![field]
        const nth = text.length === 0 ? 0 : place % text.length
        const flipped = text.slice(0, nth) + (text[nth] === 'x' ? 'y' : 'x') + text.slice(nth + 1)
        const broken = links.map((link, index) => (index === at ? { ...link, [field]: flipped } : link))
        expect(verify('s', broken, [], sha256).faults.length).toBeGreaterThan(0)
      }),
    )
    expect(verify('s', links.toSpliced(3, 1), [], sha256).faults).toContainEqual({ seq: 4, what: 'missing' })
    expect(verify('s', links.slice(0, 7), [], sha256).faults).toEqual([])
    expect(verify('s', links.slice(0, 7), told(links), sha256).faults).toEqual([{ seq: 8, what: 'tail' }])
    const moved = links.map((link) => (link.seq === 2 ? { ...link, coordinates: '[9,9,9]' } : link))
    expect(verify('s', moved, [], sha256).faults).toEqual([{ seq: 2, what: 'coordinates' }])
    // A whole chain made anew is consistent in itself, and not what was told.
    const anew = chain(9).map((link) => ({ ...link }))
    anew[8] = { ...anew[8]!, details: '{}', hash: hashOf(anew[7]!.hash, { ...anew[8]!, details: '{}' }, sha256) }
    expect(verify('s', anew, told(links), sha256).faults).toEqual([{ seq: 9, what: 'published' }])
  })
})
