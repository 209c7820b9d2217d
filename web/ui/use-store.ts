import { useSyncExternalStore } from 'react'
import type { Store } from '../../client/store'

/** The store's value, and a new look whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get)
}
