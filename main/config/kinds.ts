/** What a setting's text may look like, and what becomes of it. */
import { z } from 'zod'

export interface TlsFiles {
  certFile: string
  keyFile: string
  caFile?: string
}

export const roles = ['serve', 'work'] as const
export type NodeRole = (typeof roles)[number]

export const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)

export const portNumber = whole(1, 65_535)
export const path = z.string().min(1)
export const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
export const yesNo = z.enum(['1', '0', 'true', 'false']).transform((text) => text === '1' || text === 'true')

/** An address such as `postgres://…`, of one of these schemes, kept as it was typed. */
export const address = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)))

/** As libpq has it, with commas between hosts: a primary and its standbys. */
export const databaseAddress = z.string().refine((text) => {
  const first = text.replace(/^(\w+:\/\/(?:[^@/?]*@)?[^,/?]*)[^/?]*/, '$1')
  return address('postgres', 'postgresql').safeParse(first).success
})

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).pathname === '/' && !new URL(text).search

export const publicUrl = address('http', 'https')
  .refine(isOrigin)
  .transform((text) => (URL.canParse(text) ? new URL(text).origin : text))

export const tls = z
  .string()
  .transform((text) => (text === 'auto' ? 'auto' : text.split(',').map((file) => file.trim())))
  .refine((value) => value === 'auto' || (value.length === 2 && value.every(Boolean)))
  .transform((value): 'auto' | TlsFiles =>
    typeof value === 'string' ? 'auto' : { certFile: value[0]!, keyFile: value[1]! },
  )
