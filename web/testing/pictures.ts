/** Pictures for people to look at, in `test-results/pictures`. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { schemes, wear } from './judges'

const folder = join(import.meta.dir, '../../test-results/pictures')

/** In both colours. */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const scheme of schemes) {
    await wear(page, scheme)
    await page.screenshot({ path: join(folder, `${name}-${scheme}.png`) })
  }
}
