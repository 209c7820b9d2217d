/** Who may import whom, where the linter's folder rules are too coarse. Each rule says what to do instead. */
import type { Graph, Link } from './imports'
import { isTest, isTesting, type Offence } from './tree'

interface DoorRule {
  name: string
  /** The message, if the link offends. */
  judge(link: Link): string | false
}

const among = (path: string, part: string): boolean => path === `${part}.ts` || path.startsWith(`${part}/`)
const forTests = (path: string): boolean => isTest(path) || isTesting(path)
const topOf = (path: string): string => path.slice(0, path.indexOf('/') + 1)
/** The example is held to what services are held to: whoever copies it begins right. */
const serviceOf = (path: string): string | undefined => /^(?:services\/[^/]+|prove\/example)(?=\/)/.exec(path)?.[0]
const isModel = (path: string): boolean => /^(services\/[^/]+|prove\/example)\/model(\.ts$|\/)/.test(path)

const durable = ['db', 'log', 'batch', 'jobs']
const volatile = ['hub', 'presence']

export const doorRules: readonly DoorRule[] = [
  {
    name: 'a room of the kernel is entered by its door',
    judge({ from, to, kind }) {
      const part = /^kernel\/[^/]+(?=\/)/.exec(to)?.[0]
      if (!part || kind === 'name' || among(from, part)) return false
      if (forTests(from) && (from.startsWith('kernel/') || isTesting(to))) return false
      return `${to} is private: import ${part}.ts, and let it export what the outside needs`
    },
  },
  {
    name: 'the durable parts of the kernel do not know the volatile ones',
    judge({ from, to, kind }) {
      const is = (parts: string[], path: string): boolean => parts.some((part) => among(path, `kernel/${part}`))
      if (isTest(from) || kind === 'name' || !is(durable, from) || !is(volatile, to)) return false
      return `what is committed must not depend on who listens: let ${to} call, or be handed a function`
    },
  },
  {
    name: 'services are islands',
    judge({ from, to, kind }) {
      const [mine, theirs] = [from, to].map(serviceOf)
      if (!mine || !theirs || mine === theirs || forTests(from)) return false
      if (isModel(to) && kind === 'type') return false
      return isModel(to)
        ? `services share types, not code: write \`import type\` for what comes from ${to}`
        : `services meet through topics and through each other's commands, called by name: take types from ${theirs}/model.ts`
    },
  },
  {
    name: 'a model is pure',
    judge({ from, to, kind, isPackage }) {
      if (!isModel(from) || isTest(from)) return false
      const beside = serviceOf(to) === serviceOf(from)
      // Of the schemas beside it the types alone: pages load models, and not the schema library.
      const own = beside && (isModel(to) || (kind === 'type' && to === `${serviceOf(to)}/schemas.ts`))
      if (own || to.startsWith('protocol/') || (to === 'zod' && kind === 'type')) return false
      return isPackage && to === 'zod'
        ? `pages load models, and not the schema library: put schemas into schemas.ts, and take their types here`
        : `the browser and the server fold with it, so it knows protocol only: pass in what comes from ${to}`
    },
  },
  {
    name: 'web and client see models and protocol only',
    judge({ from, to, isPackage }) {
      const top = topOf(from)
      if (isPackage || !['web/', 'client/'].includes(top) || forTests(from) || /^web\/build(\.ts$|\/)/.test(from))
        return false
      const seen = to.startsWith('protocol/') || to.startsWith('client/') || to.startsWith(top) || isModel(to)
      return seen ? false : `what a page or a client knows, any client could: call it, or put the type into a model.ts`
    },
  },
  {
    name: 'nobody imports main',
    judge({ from, to, kind }) {
      if (kind === 'name' || !to.startsWith('main/') || from.startsWith('main/')) return false
      // Evidence may put a whole node together, as main does, to look inside while it runs.
      if (from.startsWith('prove/') && forTests(from)) return false
      return `main puts things together and is put together by nobody: move ${to} down, or start it as a process`
    },
  },
  {
    name: 'nobody imports prove, but tests its helpers',
    judge({ from, to, kind }) {
      if (kind === 'name' || !to.startsWith('prove/') || from.startsWith('prove/')) return false
      if (forTests(from) && /^prove\/(testing|contract)\/|^prove\/browser\.ts$/.test(to)) return false
      return `evidence stands outside of what it judges: start it as a process, or move a test's helper to prove/testing`
    },
  },
  {
    name: 'helpers of tests stay with tests',
    judge({ from, to, kind }) {
      if (kind === 'name' || !isTesting(to) || forTests(from) || from.startsWith('prove/')) return false
      return `${to} is for tests: what the program needs as well belongs beside it, not in a testing folder`
    },
  },
]

export function offencesAtDoors(graph: Graph, rule: DoorRule): Offence[] {
  const offences: Offence[] = []
  for (const links of graph.values()) {
    for (const link of links) {
      const message = rule.judge(link)
      if (message) offences.push({ path: link.from, line: link.line, message })
    }
  }
  return offences
}
