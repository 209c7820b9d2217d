import { z } from 'zod'

export const roles = ['student', 'teacher', 'technician', 'organiser', 'admin', 'guest'] as const
export const role = z.enum(roles)
export type Role = z.infer<typeof role>

/** Who asks. What a verified token or session says; nothing here is read from the request's body. */
export const actor = z.object({ id: z.string(), name: z.string(), role })
export type Actor = z.infer<typeof actor>
