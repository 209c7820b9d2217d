/** Moments and days that clients send: real ones only, of an age in which every clock, calendar and database agrees. */
import { z } from 'zod'
import { isInReach } from './reach'

/**
 * A moment with its offset from UTC, given on as UTC with milliseconds. Offsets that no place on Earth has are understood
 * by some and refused by others, years outside of ours too: PostgreSQL knows no year 0, and JavaScript none after 275760.
 */
export const moment = z.iso
  .datetime({ offset: true })
  .refine((text) => isInReach(Date.parse(text)), 'a time between 1900 and 2999')
  .transform((text) => new Date(text).toISOString())

/** `2026-11-21`. */
export const day = z.iso.date().refine((text) => isInReach(Date.parse(text)), 'a day between 1900 and 2999')
