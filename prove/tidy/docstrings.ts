/**
 * What the doors of the kernel and of the client export says what it promises. For a class, the comment at the head of
 * its file may do so.
 */
import { split } from './source'
import { excused, isTest, isTesting, lineOf, type Offence, type Tree } from './tree'

const isDoor = (path: string): boolean => /^(kernel|client)\/[^/]+\.ts$/.test(path) && !isTest(path) && !isTesting(path)
const exported = /^export (?:abstract )?(?:async )?(function\*?|class) (\w+)/gm

export function withoutDocstring(tree: Tree): Offence[] {
  const offences: Offence[] = []
  for (const [path, text] of tree) {
    if (!isDoor(path)) continue
    const { code, comments } = split(text)
    for (const match of code.matchAll(exported)) {
      const line = lineOf(text, match.index)
      const before = comments.split('\n')[line - 2] ?? ''
      const atHead = match[1] === 'class' && text.startsWith('/**')
      if (atHead || before.trim() !== '' || excused(text, line, 'docstring')) continue
      offences.push({
        path,
        line,
        message: `${match[1]} ${match[2]} is public: say what it promises, its units and which errors it throws`,
      })
    }
  }
  return offences
}
