/** What a page is: an address, and what is loaded when somebody goes there. A folder lists its own in `routes.ts`. */
import { lazy, type ComponentType } from 'react'
import type { SignedIn } from './session'

/** `'/reports/:id'` gives `{ id: string }`. */
export type ParamsOf<Path extends string> = string extends Path
  ? Record<string, string>
  : Path extends `${string}:${infer Name}/${infer Rest}`
    ? { [K in Name]: string } & ParamsOf<`/${Rest}`>
    : Path extends `${string}:${infer Name}`
      ? { [K in Name]: string }
      : object

export interface PageProps<Params = object> {
  signedIn: SignedIn
  params: Params
  query: URLSearchParams
}

/** A page that may be seen by those who are not signed in. */
export interface OpenPageProps<Params = object> extends Omit<PageProps<Params>, 'signedIn'> {
  signedIn: SignedIn | undefined
}

/**
 * `framed`: with the app's navigation around it; `focused`: the same, but on a phone it fills the screen and has its own
 * way back; `bare`: alone on the screen (a projector, a room's tablet).
 */
export type Around = 'framed' | 'focused' | 'bare'

export interface Page {
  path: string
  around: Around
  /** Needs no sign-in. */
  open: boolean
  View: ComponentType<OpenPageProps<Record<string, string>>>
}

type Loaded<Props> = Promise<{ default: ComponentType<Props> }>

/** A page for those who are signed in; to others the sign-in stands in its place, and the address stays. */
export function page<Path extends string>(
  path: Path,
  load: () => Loaded<PageProps<ParamsOf<Path>>>,
  around: Around = 'framed',
): Page {
  return { path, around, open: false, View: viewOf(load) }
}

/** A page for everybody. Those who are signed in see it in the frame, unless it is `bare`. */
export function openPage<Path extends string>(
  path: Path,
  load: () => Loaded<OpenPageProps<ParamsOf<Path>>>,
  around: Around = 'framed',
): Page {
  return { path, around, open: true, View: viewOf(load) }
}

const views = new Map<unknown, Page['View']>()

/** Addresses that share one loading function share one view: it keeps its state when one goes from one to the other. */
function viewOf<Props>(load: () => Loaded<Props>): Page['View'] {
  const known = views.get(load)
  if (known) return known
  // What the address gives is what the pattern promised: `match.ts` has seen to it.
  const view = lazy(load as unknown as () => Loaded<OpenPageProps<Record<string, string>>>)
  views.set(load, view)
  return view
}
