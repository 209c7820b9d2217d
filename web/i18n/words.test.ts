/** All words of the app, in both languages: none is missing, none lies about unused. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { Glob } from 'bun'
import type { English } from './catalogue'
import * as common from './common'

const web = join(import.meta.dir, '..')
const folders = [...new Glob('*/words.ts').scanSync(web)].map((path) => path.split('/')[0]!).sort()

interface Words {
  en: English
  id: English
}

const wordsOf = async (folder: string): Promise<Words> =>
  folder === 'i18n' ? common : ((await import(join(web, folder, 'words.ts'))) as Words)

for (const folder of ['i18n', ...folders]) {
  test(`the words of ${folder} have the same keys and fill in the same values in both languages`, async () => {
    const { en, id } = await wordsOf(folder)
    const values = (entry: unknown): string[] => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g))].sort()
    expect(Object.keys(id).sort()).toEqual(Object.keys(en).sort())
    for (const key of Object.keys(en)) expect([key, ...values(id[key])]).toEqual([key, ...values(en[key])])
  })
}

// The common words are there to be said.
for (const folder of folders) {
  test(`every one of the words of ${folder} is said somewhere`, async () => {
    const texts = await textsOf(folder)
    const unsaid = Object.keys((await wordsOf(folder)).en).filter((key) => !texts.some((text) => text.test(key)))
    expect(unsaid).toEqual([])
  })
}

test('no folder takes a key of the common words for something else', async () => {
  for (const folder of folders) {
    const { en } = await wordsOf(folder)
    expect(Object.keys(en).filter((key) => key in common.en)).toEqual([])
  }
})

/** Every text in the sources of a folder, as the pattern that it stands for: `role.${role}` is any role. */
async function textsOf(folder: string): Promise<RegExp[]> {
  const patterns = new Set<string>()
  for (const path of new Glob(`${folder}/**/*.{ts,tsx}`).scanSync(web)) {
    if (/(^|\/)words(\/|\.ts$)|\.test\.tsx?$/.test(path)) continue
    const source = await Bun.file(join(web, path)).text()
    for (const [, text] of source.matchAll(/'([\w.-]+)'/g)) patterns.add(text!.replaceAll('.', '\\.'))
    for (const [, text] of source.matchAll(/`([\w.-]*\$\{[^`]*)`/g)) {
      patterns.add(text!.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+'))
    }
  }
  return [...patterns].flatMap((pattern) => {
    try {
      return [new RegExp(`^${pattern}$`)]
    } catch {
      return [] // A text that is no key, such as an address with brackets.
    }
  })
}
