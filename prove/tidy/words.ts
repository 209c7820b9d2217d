/** Rules about what stands in a text. Each looks only where its words would mean something: code, strings or comments. */
import { split, type Source } from './source'
import { excused, isSource, isTest, isTesting, lineOf, type Offence, type Tree } from './tree'

export interface WordRule {
  /** Also the name under which a line is excused: `tidy: <name>: why`. */
  name: string
  /** As the title of its test. */
  title: string
  where(path: string): boolean
  looks: readonly Look[]
}

interface Look {
  in: keyof Source | 'text'
  for: RegExp
  message: string
  /** What is found and right, for it depends on the file. */
  fine?(path: string, match: RegExpExecArray): boolean
}

const production = (path: string): boolean => isSource(path) && !isTest(path) && !isTesting(path)

const kernelWord =
  'the kernel serves every service and names none: say item, topic or command, or hand it in from the service'

const wait = 'wait for the condition, not for time to pass: `until` in prove/testing/until.ts'

export const wordRules: readonly WordRule[] = [
  {
    name: 'kernel-words',
    title: 'the kernel names no service',
    where: (path) => production(path) && path.startsWith('kernel/'),
    looks: [
      // In code a name is cut into its words: `openDrops`, `drops.claim`. The verbs report and drop stay free.
      {
        in: 'code',
        for: /(?:(?<![a-zA-Z])(?:discussions?|reports|attendances?|drops)|Discussions?|Reports|Attendances?|Drops)(?![a-z])/g,
        message: kernelWord,
      },
      { in: 'strings', for: /\b(discussions?|reports|attendances?|drops)\b/gi, message: kernelWord },
      { in: 'comments', for: /\b(discussions?|attendances?)\b|\b(reports|drops)[:.]\w/gi, message: kernelWord },
    ],
  },
  {
    name: 'kernel-doors',
    title: 'the kernel opens no door to the outside',
    where: (path) => production(path) && /^(kernel|services)\//.test(path),
    looks: [
      {
        in: 'code',
        for: /\bBun\.(serve|listen)\b|\bnew (WebSocket|Response)\b|\bcreateServer\(/g,
        message: 'sockets and HTTP are the business of edge: return data, and let a door translate',
      },
    ],
  },
  {
    name: 'sql',
    title: 'SQL stands in the kernel, services and cluster only',
    where: (path) => production(path) && !/^(kernel|services|cluster|prove)\//.test(path),
    looks: [
      {
        in: 'strings',
        for: /\binsert\s+into\s+\w|\bdelete\s+from\s+\w|\bupdate\s+[\w."]+\s+set\s+[\w."]+\s*=|\bselect\s[^;]{1,200}?\sfrom\s+[\w."(]+\s+(where|order|limit|join|group|for)\b|\b(create|alter|drop)\s+(table|index|schema|database)\s/gi,
        message: 'rows belong to services and the kernel: call a query or a command',
      },
    ],
  },
  {
    name: 'tables',
    title: 'a service names its own tables only',
    where: (path) => production(path) && path.startsWith('services/'),
    looks: [
      {
        in: 'strings',
        for: /\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+([a-z_]{4,})\.["a-z_]/g,
        message: 'these rows are another service’s: ask it (`tx.ask`, `view.ask`) or call its command',
        fine: (path, [, schema]) =>
          ['kernel', 'excluded'].includes(schema!) || path.split('/')[1] === (schema === 'auth' ? 'people' : schema),
      },
    ],
  },
  {
    name: 'purity',
    title: 'protocol and models read no clock',
    where: (path) => production(path) && /^protocol\/|^services\/[^/]+\/model(\.ts$|\/)/.test(path),
    looks: [
      { in: 'code', for: /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b/g, message: 'time and chance are passed in' },
    ],
  },
  {
    name: 'waits',
    title: 'no test waits for time to pass',
    where: (path) => isTest(path) && !path.startsWith('prove/tidy/'),
    looks: [
      { in: 'code', for: /\bsetTimeout\(|\bBun\.sleep/g, message: wait },
      { in: 'strings', for: /\btimers\/promises\b/g, message: wait },
    ],
  },
  {
    name: 'rejects',
    title: 'what is expected of a promise is waited for',
    where: isTest,
    looks: [
      {
        in: 'code',
        for: /^[ \t]*expect\(.*\)\s*\.(rejects|resolves)\b/gm,
        message: 'the types hide that this is a promise, and without `await` it checks nothing',
      },
    ],
  },
  {
    name: 'only',
    title: 'no test is the only one',
    where: isTest,
    looks: [{ in: 'code', for: /\b(test|it|describe)\.only\b/g, message: 'the others would not run: remove .only' }],
  },
  {
    name: 'skip',
    title: 'a test that is skipped says why',
    where: isTest,
    looks: [
      {
        in: 'code',
        for: /\b(test|it|describe)(\.\w+)?\.(skip|skipIf|todo|todoIf|if)\b/g,
        message: 'say what is missing in a comment on this line or the one before: `tidy: skip: why`',
      },
    ],
  },
  {
    name: 'places',
    title: 'no file knows the machine it was written on',
    where: (path) => !path.startsWith('prove/tidy/'),
    looks: [
      {
        in: 'text',
        for: /(?<![\w.~-])\/(home|Users|work|root)\/[\w.-]+/g,
        message: 'a path of one machine: use a relative path, os.tmpdir() or the setting for it',
      },
      {
        in: 'text',
        for: /\bhttps?:\/\/[\w.:-]*registry[\w.:/-]*|\bregistry\.[a-z0-9-]+\.(org|com|dev|io|net)\b|"resolved":/g,
        message: "a registry's address: .npmrc keeps it out of the lock file; run npm install again",
      },
    ],
  },
]

export function offencesInWords(tree: Tree, rule: WordRule): Offence[] {
  const offences: Offence[] = []
  for (const [path, text] of tree) {
    if (!rule.where(path)) continue
    const source = isSource(path) ? split(text) : { code: '', strings: '', comments: '' }
    for (const look of rule.looks) {
      const within = look.in === 'text' ? text : source[look.in]
      for (const match of within.matchAll(look.for)) {
        if (look.fine?.(path, match)) continue
        const line = lineOf(text, match.index)
        if (excused(text, line, rule.name)) continue
        offences.push({ path, line, message: `\`${match[0].slice(0, 60).trim()}\`: ${look.message}` })
      }
    }
  }
  return offences
}
