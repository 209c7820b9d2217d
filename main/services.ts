/** The services of this system, and what they bring to the web. A new one is added here and nowhere else. */
import type { Service } from '../kernel/service'
import type { WebRoute } from '../protocol/web'
import { attendanceRoutes } from '../services/attendance/routes'
import { attendance } from '../services/attendance/service'
import { discussion } from '../services/discussion/service'
import { exportRoute } from '../services/drops/export'
import { drops } from '../services/drops/service'
import { fileRoutes, files } from '../services/files/service'
import { inbox } from '../services/inbox/service'
import { peopleOf } from '../services/people/service'
import { open311 } from '../services/reports/open311'
import { exports } from '../services/reports/public'
import { reports } from '../services/reports/service'
import { watch } from '../services/watch/service'
import { noMeans, type Means } from './means'

export const servicesOf = (means: Means): readonly Service[] => [
  peopleOf(means.mail),
  discussion,
  drops,
  attendance,
  files(means.files),
  inbox(means.inbox),
  reports,
  watch(means.watch),
]

export const routesOf = (means: Means): readonly WebRoute[] => [
  ...fileRoutes(means.files),
  exportRoute,
  ...exports,
  ...open311,
  ...attendanceRoutes,
]

/** As they are, for migrations and documents: nothing of this can be run. */
export const services = servicesOf(noMeans)
export const routes = routesOf(noMeans)
