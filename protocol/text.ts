import { z } from 'zod'

/** Words a person typed: something to read, storable as it is, at most `max` UTF-16 units. */
export const words = (max: number): z.ZodString =>
  z
    .string()
    .max(max, `at most ${max} characters`)
    .regex(/\S/, 'something to read')
    .regex(/^(?:[^\u0000\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])*$/, 'valid Unicode without NUL')
