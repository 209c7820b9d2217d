import { openPage } from '../shell/page'

export const routes = [openPage('/trust', () => import('./page'), 'bare')]
