import { page } from '../shell/page'

// One function, so that the page stays as it is while one goes from channel to channel.
const load = () => import('./page')

export const routes = [
  page('/c', load),
  page('/c/:channel', load, 'focused'),
  page('/search', () => import('./search')),
  page('/moderation', () => import('./queue')),
]
