/** Where drafts outlive the page: IndexedDB, which holds photos as they are. */
import type { Draft } from './drafts'

const database = 'alun-reports'
const name = 'drafts'

let opened: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(name, { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no storage on this device'))
  })
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  opened ??= open()
  const transaction = (await opened).transaction(name, mode)
  const request = work(transaction.objectStore(name))
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = () => reject(transaction.error ?? new Error('the draft could not be stored'))
    transaction.onabort = transaction.onerror
  })
}

/** Each fails where the device lets nothing be stored: what is on its way is sent all the same. */
export const shelf = {
  load: async (user: string): Promise<Draft[]> => {
    const all = await run('readonly', (store) => store.getAll() as IDBRequest<Draft[]>)
    return all.filter((draft) => draft.user === user)
  },
  put: (draft: Draft): Promise<unknown> => run('readwrite', (store) => store.put(draft)),
  remove: (key: string): Promise<unknown> => run('readwrite', (store) => store.delete(key)),
}
