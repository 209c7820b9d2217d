/** The outbox on this device, in IndexedDB: what was said survives a reload and a flat battery. */
import type { OutboxItem, OutboxStorage } from '../../client/outbox'

const database = 'alun'
const shelf = 'outbox'

export class BrowserOutboxStorage implements OutboxStorage {
  private opened: Promise<IDBDatabase> | undefined

  async load(user: string): Promise<OutboxItem[]> {
    const items = await this.run('readonly', (store) => store.getAll() as IDBRequest<OutboxItem[]>)
    return items.filter((item) => item.user === user)
  }

  async put(item: OutboxItem): Promise<void> {
    await this.run('readwrite', (store) => store.put(item))
  }

  async remove(key: string): Promise<void> {
    await this.run('readwrite', (store) => store.delete(key))
  }

  private async run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    this.opened ??= open()
    const transaction = (await this.opened).transaction(shelf, mode)
    const request = work(transaction.objectStore(shelf))
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = () => reject(transaction.error ?? new Error('the outbox could not be stored'))
      transaction.onabort = transaction.onerror
    })
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(shelf, { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no storage on this device'))
  })
}
