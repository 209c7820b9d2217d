import { openPage } from '../shell/page'

export const routes = [openPage('/setup', () => import('./setup'), 'bare')]
