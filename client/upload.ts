/**
 * Sending a file to the installation, in pieces: after a break it goes on where it got, at whatever node answers then.
 * Pieces grow while they arrive quickly and shrink when one is lost, so that a poor network loses little and a good one
 * waits for nothing.
 */
import type { Lang } from '../protocol/errors'
import { CallError } from './errors'
import { backoffMs, sleep } from './wait'

export interface UploadOptions {
  /** `https://campus.example`, or empty in a page of that origin. */
  origin?: string
  lang: Lang
  /** The same key is the same upload, also after the program was started anew: what has arrived is not sent again. */
  key: string
  /** What it is called, if it doesn't say so itself. */
  name?: string
  signal?: AbortSignal
  /** From 0 to 1, as pieces arrive. */
  progress?(share: number): void
  fetch?: typeof fetch
}

interface Begun {
  id: string
  /** The most that a piece may have. */
  partBytes: number
}

interface Position {
  offset: number
}

const backoff = { minMs: 200, maxMs: 8000 }
/** Attempts in a row at one piece, about half a minute of them; whoever calls may begin again later with the same key. */
const attempts = 8
const firstBytes = 256 * 1024
/** The first piece must tell what the file is. */
const leastBytes = 64 * 1024
const quickMs = 1500

/**
 * @returns the file's id, once all of it has arrived.
 * @throws CallError when it is refused, or nobody answered for long; the signal's reason when it is aborted.
 */
export async function upload(file: Blob & { name?: string }, options: UploadOptions): Promise<string> {
  try {
    return await send(file, options)
  } catch (error) {
    // What lay about for more than a day was taken away; its key leads to nothing any more.
    if (!(error instanceof CallError) || error.code !== 'not_found') throw error
    return send(file, { ...options, key: `${options.key}-again` })
  }
}

async function send(file: Blob & { name?: string }, options: UploadOptions): Promise<string> {
  const body = JSON.stringify({ name: options.name ?? file.name ?? 'file', bytes: file.size })
  const headers = { 'content-type': 'application/json', 'idempotency-key': options.key }
  const begin = (): Promise<Begun> => ask(options, '/files', { method: 'POST', headers, body })
  const { id, partBytes } = await patiently(options, begin)
  let size = firstBytes
  // It may have been begun under this key before; for a small file that is not worth the question.
  const begun = file.size > firstBytes ? await patiently(options, () => position(id, options)) : 0
  for (let offset = begun; offset < file.size;) {
    const began = Date.now()
    let attempt = 0
    offset = await patiently(options, async () => {
      if (attempt++ > 0) size = Math.max(leastBytes, size >> 1)
      return sendPiece({ id, file, offset, size: Math.min(size, partBytes), isAgain: attempt > 1 }, options)
    })
    if (attempt === 1 && Date.now() - began < quickMs) size = Math.min(partBytes, size * 2)
    options.progress?.(offset / file.size)
  }
  return id
}

interface Piece {
  id: string
  file: Blob
  offset: number
  size: number
  /** The piece, or its answer, was lost before. */
  isAgain: boolean
}

/** @returns where the upload has got. */
async function sendPiece({ id, file, offset, size, isAgain }: Piece, options: UploadOptions): Promise<number> {
  if (isAgain) offset = await position(id, options)
  if (offset >= file.size) return offset
  const headers = { 'upload-offset': String(offset), 'content-type': 'application/octet-stream' }
  try {
    const body = file.slice(offset, offset + size)
    return (await ask<Position>(options, addressOf(id), { method: 'PATCH', headers, body })).offset
  } catch (error) {
    // Another window sends the same.
    if (error instanceof CallError && error.code === 'conflict') return position(id, options)
    throw error
  }
}

const addressOf = (id: string): string => `/files/${encodeURIComponent(id)}`

async function position(id: string, options: UploadOptions): Promise<number> {
  return (await ask<Position>(options, addressOf(id), {})).offset
}

const passing: readonly CallError['code'][] = ['unavailable', 'overloaded', 'internal']

async function patiently<T>({ signal }: UploadOptions, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof CallError) || !passing.includes(error.code) || attempt >= attempts) throw error
      await sleep(backoffMs(attempt, backoff), signal)
    }
  }
}

async function ask<T>(options: UploadOptions, path: string, init: RequestInit): Promise<T> {
  const { origin = '', lang, signal, fetch: get = fetch } = options
  const headers = { 'accept-language': lang, ...(init.headers as Record<string, string> | undefined) }
  let response: Response
  try {
    response = await get(origin + path, { ...init, headers, credentials: 'include', ...(signal ? { signal } : {}) })
  } catch {
    signal?.throwIfAborted()
    throw new CallError('unavailable')
  }
  const answer = (await response.json().catch(() => ({}))) as T & { code?: CallError['code']; detail?: string }
  if (response.ok) return answer
  // Without a code of ours it was a proxy that answered.
  throw new CallError(answer.code ?? (response.status >= 500 ? 'unavailable' : 'internal'), answer.detail)
}
