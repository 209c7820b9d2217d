import { describe, expect, test } from 'bun:test'
import { errorOf } from '../prove/testing/until'
import type { CallError } from './errors'
import { upload, type UploadOptions } from './upload'

const bytes = Uint8Array.from({ length: 900_000 }, (_, at) => at % 251)

/** What a node does with uploads, and what a network does to nodes: `mishap` may answer instead, or lose an answer. */
function service(
  mishap: (request: Request, nth: number) => 'lost' | 'answer lost' | Response | undefined = () => undefined,
) {
  const asked: string[] = []
  let got = new Uint8Array()
  const serve = async (request: Request): Promise<Response> => {
    if (request.method === 'POST') return Response.json({ id: 'f1', partBytes: 1_000_000 }, { status: 201 })
    if (request.method === 'GET') return Response.json({ offset: got.length })
    if (request.headers.get('upload-offset') !== String(got.length))
      return Response.json({ code: 'conflict' }, { status: 409 })
    got = new Uint8Array([...got, ...new Uint8Array(await request.arrayBuffer())])
    return Response.json({ offset: got.length })
  }
  const fetch = (async (url: string, init: RequestInit) => {
    const request = new Request(`http://x${url}`, init)
    asked.push(request.method)
    const fate = mishap(request.clone() as Request, asked.length)
    if (fate instanceof Response) return fate
    if (fate === 'lost') throw new TypeError('offline')
    const answer = await serve(request)
    if (fate === 'answer lost') throw new TypeError('offline')
    return answer
  }) as unknown as typeof globalThis.fetch
  return { asked, fetch, got: () => got }
}

const shares: number[] = []
const options = (fetch: typeof globalThis.fetch): UploadOptions => ({
  ...{ key: 'k1', lang: 'id', name: 'foto.jpg', fetch },
  progress: (share) => shares.push(share),
})

describe('a file', () => {
  test('arrives whole, under its key and name, in pieces that grow', async () => {
    const begun: unknown[] = []
    const { fetch, got, asked } = service((request) => {
      if (request.method === 'POST') begun.push(request.headers.get('idempotency-key'), request.json())
      return undefined
    })
    shares.length = 0
    expect(await upload(new Blob([bytes]), options(fetch))).toBe('f1')
    expect(got()).toEqual(bytes)
    expect([begun[0], await begun[1]]).toEqual(['k1', { name: 'foto.jpg', bytes: 900_000 }])
    expect(asked).toEqual(['POST', 'GET', 'PATCH', 'PATCH', 'PATCH'])
    expect(shares).toEqual([262_144 / 900_000, 786_432 / 900_000, 1])
  })

  test('goes on where it got after pieces and answers were lost, and sends nothing twice', async () => {
    const { fetch, got, asked } = service((_, nth) => (nth === 4 ? 'lost' : nth === 6 ? 'answer lost' : undefined))
    await upload(new Blob([bytes]), options(fetch))
    expect(got()).toEqual(bytes)
    expect(asked.slice(0, 8)).toEqual(['POST', 'GET', 'PATCH', 'PATCH', 'GET', 'PATCH', 'GET', 'PATCH'])
  })

  test('that was sent in part before, under the same key, is only finished', async () => {
    let isDown = false
    const { fetch, got, asked } = service((request, nth) => {
      isDown ||= nth === 4
      return isDown && request.method === 'PATCH' ? Response.json({ code: 'forbidden' }, { status: 403 }) : undefined
    })
    await errorOf(upload(new Blob([bytes]), options(fetch)))
    expect(got().length).toBe(262_144)
    const before = asked.length
    isDown = false
    shares.length = 0
    await upload(new Blob([bytes]), options(fetch))
    expect(got()).toEqual(bytes)
    expect(asked.slice(before, before + 3)).toEqual(['POST', 'GET', 'PATCH'])
  })

  test('whose beginning was taken away meanwhile is sent anew', async () => {
    const keys: (string | null)[] = []
    const { fetch, got } = service((request) => {
      if (request.method === 'POST') keys.push(request.headers.get('idempotency-key'))
      return keys.length === 1 && request.method === 'PATCH'
        ? Response.json({ code: 'not_found' }, { status: 404 })
        : undefined
    })
    await upload(new Blob([bytes]), options(fetch))
    expect(keys).toEqual(['k1', 'k1-again'])
    expect(got()).toEqual(bytes)
  })

  test('that is refused says why at once; who gives up is told nothing more', async () => {
    const { fetch, asked } = service(() => Response.json({ code: 'invalid', detail: 'terlalu besar' }, { status: 400 }))
    const error = (await errorOf(upload(new Blob(['x']), options(fetch)))) as CallError
    expect([error.code, error.sentence, asked.length]).toEqual(['invalid', 'terlalu besar', 1])
    const stop = new AbortController()
    const slow = service(() => (stop.abort(new Error('given up')), 'lost'))
    expect(await errorOf(upload(new Blob(['x']), { ...options(slow.fetch), signal: stop.signal }))).toMatchObject({
      message: 'given up',
    })
    expect(slow.asked).toHaveLength(1)
  })

  test('is tried again where only a proxy answered', async () => {
    const { fetch, got } = service((_, nth) => (nth === 2 ? new Response('<h1>502</h1>', { status: 502 }) : undefined))
    await upload(new Blob([bytes.subarray(0, 5000)]), options(fetch))
    expect(got().length).toBe(5000)
  })
})
