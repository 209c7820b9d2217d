import { openPage } from '../shell/page'

export const routes = [openPage('/dev/ui', () => import('./page'), 'bare')]
