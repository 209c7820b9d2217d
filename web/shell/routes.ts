/** Every page of the app: one line a folder. The first pattern that fits an address wins. */
import { routes as attendance } from '../attendance/routes'
import { routes as campus } from '../campus/routes'
import { routes as dev } from '../dev/routes'
import { routes as discussion } from '../discussion/routes'
import { routes as drops } from '../drops/routes'
import { routes as inbox } from '../inbox/routes'
import { routes as jobs } from '../jobs/routes'
import { routes as people } from '../people/routes'
import { routes as reports } from '../reports/routes'
import { routes as today } from '../today/routes'
import { routes as trust } from '../trust/routes'
import { routes as watch } from '../watch/routes'
import type { Page } from './page'

export const routes: readonly Page[] = [
  ...today,
  ...discussion,
  ...reports,
  ...attendance,
  ...drops,
  ...inbox,
  ...people,
  ...campus,
  ...trust,
  ...watch,
  ...jobs,
  ...dev,
]
