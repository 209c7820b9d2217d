/** The ways to the pages that everybody needs, in the order in which they stand in the bar. */
import type { Role } from '../../protocol/roles'
import type { IconName } from '../ui/icons'
import type { en } from './words'

export interface Way {
  /** Everything below it counts as the same place. */
  path: string
  name: Extract<keyof typeof en, `nav.${string}`>
  icon: IconName
  /** Missing: for everybody. */
  roles?: readonly Role[]
}

const ways: readonly Way[] = [
  { path: '/', name: 'nav.today', icon: 'today' },
  { path: '/c', name: 'nav.discussion', icon: 'chat' },
  { path: '/reports', name: 'nav.reports', icon: 'wrench' },
  { path: '/attendance', name: 'nav.attendance', icon: 'present' },
  { path: '/drops', name: 'nav.drops', icon: 'ticket' },
]

export const waysFor = (role: Role): readonly Way[] => ways.filter(({ roles }) => roles?.includes(role) ?? true)

export const isAt = (way: Way, pathname: string): boolean =>
  pathname === way.path || (way.path !== '/' && pathname.startsWith(`${way.path}/`))
