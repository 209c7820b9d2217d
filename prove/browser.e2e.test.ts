/** If this fails, so will all other browser tests, and for its reason. */
import { expect, test } from 'bun:test'
import { launchBrowser, noBrowser } from './browser'

// tidy: skip: needs a browser
test.skipIf(noBrowser !== undefined)(
  'a browser opens a page, runs its script and closes',
  async () => {
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      await page.setContent('<h1>one</h1><script>document.querySelector("h1").textContent += " and two"</script>')
      expect(await page.textContent('h1')).toBe('one and two')
    } finally {
      await browser.close()
    }
  },
  30_000,
)
