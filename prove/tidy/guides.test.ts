/** What the guides say is there is there, and the code that they show is the code. */
import { describe, expect, test } from 'bun:test'
import { posix } from 'node:path'
import { readTree } from './tree'

const tree = await readTree(posix.join(import.meta.dir, '../..'))
const guides = [...tree].filter(([path]) => /^[^/]+\.md$|^(docs|web|prove)\/.*\.md$/.test(path))

/** Paths from the root: a file, a folder, a pattern. */
const inBackticks = /`((?:bin|client|cluster|deploy|docs|edge|kernel|main|protocol|prove|services|web)\/[\w./*-]*)`/g
const inLinks = /\]\((?!https?:|#|mailto:)([^)#\s]+)/g

function isThere(path: string): boolean {
  const pattern = new Bun.Glob(path.endsWith('/') ? `${path}**` : path)
  return (
    tree.has(path) ||
    [...tree.keys()].some((one) => pattern.match(one) || one.startsWith(`${path}/`) || one.startsWith(`${path}.`))
  )
}

describe('every file and folder that a guide names is there', () => {
  for (const [guide, text] of guides) {
    test(guide, () => {
      const named = [...text.matchAll(inBackticks)].map(([, path]) => path!)
      const linked = [...text.matchAll(inLinks)].map(([, path]) => posix.join(posix.dirname(guide), path!))
      expect([...named, ...linked].filter((path) => !isThere(path) && !isTheirs(path))).toEqual([])
    })
  }
})

/** The folder that a reader makes on the way. */
const isTheirs = (path: string): boolean => /^(services|web)\/found\b/.test(path)

/** Blocks that begin with a comment of a path and nothing else; `// …` stands for what is left out. */
const excerpt = /^```ts\n\/\/ (\S+\.tsx?)\n([\s\S]*?)^```$/gm

describe('what a guide shows of a file stands in it, in that order', () => {
  for (const [guide, text] of guides) {
    for (const [, path, shown] of text.matchAll(excerpt)) {
      test(`${guide}: ${path}, ${shown!.trim().slice(0, 50)}`, () => {
        let rest = tree.get(path!) ?? ''
        for (const part of shown!.split(/^\s*\/\/ …\n/m).filter(Boolean)) {
          expect(rest).toContain(part)
          rest = rest.slice(rest.indexOf(part) + part.length)
        }
      })
    }
  }
})

test('the example is shown', () => {
  const text = tree.get('docs/add-a-service.md')!
  expect([...text.matchAll(excerpt)].length).toBeGreaterThan(5)
})
