/** The subcommands. Each is loaded when it is asked for: `alun up` need not know how a doctor works. */
import type { Command } from './command'

export const commands: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./up')).up,
  node: async () => (await import('./node')).node,
  migrate: async () => (await import('./migrate')).migrate,
  backup: async () => (await import('./backup')).backup,
  restore: async () => (await import('./restore')).restore,
  doctor: async () => (await import('./doctor')).doctor,
  admin: async () => (await import('./admin')).admin,
  demo: async () => (await import('./demo')).demo,
  token: async () => (await import('./token')).token,
  drop: async () => (await import('./drop')).drop,
  attendance: async () => (await import('./attendance')).attendance,
  roll: async () => (await import('./roll')).roll,
  prove: async () => (await import('./prove')).prove,
  bench: async () => (await import('./bench')).bench,
}
