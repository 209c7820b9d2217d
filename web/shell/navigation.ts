/** The ways to the pages that everybody needs, in the order in which they stand in the bar. */
import type { Role } from '../../protocol/roles'
import type { IconName } from '../ui/icons'
import { paths } from './paths'
import type { en } from './words'

export interface Way {
  /** Everything below it counts as the same place. */
  path: string
  name: Extract<keyof typeof en, `nav.${string}`>
  icon: IconName
  /** Missing: for everybody. */
  roles?: readonly Role[]
  /** In a demonstration for everybody. */
  inDemo?: true
}

const ways: readonly Way[] = [
  { path: '/', name: 'nav.today', icon: 'today' },
  { path: '/c', name: 'nav.discussion', icon: 'chat' },
  { path: '/reports', name: 'nav.reports', icon: 'wrench' },
  { path: '/attendance', name: 'nav.attendance', icon: 'present' },
  { path: '/drops', name: 'nav.drops', icon: 'ticket' },
  { path: '/people', name: 'nav.people', icon: 'people', roles: ['admin'] },
  { path: paths.cluster, name: 'nav.cluster', icon: 'servers', roles: ['admin'], inDemo: true },
  { path: '/health', name: 'nav.health', icon: 'shield', roles: ['admin'] },
  { path: '/jobs', name: 'nav.jobs', icon: 'list', roles: ['admin'] },
]

/** So many fit into the bar of a phone. */
export const barWays = 5

export const waysFor = (role: Role, isDemo: boolean): readonly Way[] =>
  ways.filter(({ roles, inDemo = false }) => (isDemo && inDemo) || (roles?.includes(role) ?? true))

export const isAt = (way: Way, pathname: string): boolean =>
  pathname === way.path || (way.path !== '/' && pathname.startsWith(`${way.path}/`))

/** Whose accent a page wears; elsewhere it is the house's. */
export function serviceAt(pathname: string): 'reports' | 'attendance' | 'drops' | undefined {
  const [, first] = pathname.split('/')
  if (first === 'r') return 'reports'
  return first === 'reports' || first === 'attendance' || first === 'drops' ? first : undefined
}
