/** The services of this system, and what they bring to the web. A new one is added here and nowhere else. */
import type { Service } from '../kernel/service'
import type { WebRoute } from '../protocol/web'
import { discussion } from '../services/discussion/service'
import { drops } from '../services/drops/service'
import { inbox } from '../services/inbox/service'
import { people } from '../services/people/service'

export const services: readonly Service[] = [people, discussion, drops, inbox]

export const routes: readonly WebRoute[] = []
