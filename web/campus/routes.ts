import { openPage, page } from '../shell/page'

export const routes = [
  openPage('/join/:token', () => import('./join'), 'bare'),
  page('/join/:token/account', () => import('./join'), 'bare'),
  openPage('/reset/:token', () => import('./reset'), 'bare'),
  page('/me', () => import('./me')),
  page('/people', () => import('./people')),
  page('/people/roster', () => import('./roster')),
  page('/people/invites', () => import('./invites')),
  page('/people/invites/:token', () => import('./poster'), 'bare'),
  page('/classes', () => import('./classes')),
  page('/classes/:id', () => import('./class')),
]
