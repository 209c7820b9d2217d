import { openPage, page } from '../shell/page'

export const routes = [
  page('/attendance', () => import('./page')),
  page('/attendance/mine', () => import('./mine')),
  page('/attendance/table', () => import('./table')),
  page('/attendance/new', () => import('./create')),
  page('/attendance/settings', () => import('./settings')),
  page('/attendance/:id/board', () => import('./board')),
  page('/attendance/:id/projector', () => import('./projector'), 'bare'),
  page('/attendance/:id/sheet', () => import('./sheet'), 'bare'),
  page('/attendance/:id/verify', () => import('./verify')),
  // Open to all: a scan is exchanged before one has signed in.
  openPage('/attendance/:id', () => import('./check'), 'focused'),
]
