import type { Random } from '../random'
import { fits, type Shape } from './shape'

/** What was found there: by the name of the field that it stood in, and ids by the service that told them. */
export class Finds {
  private readonly known = new Map<string, string[]>()
  /** What somebody is called, and other things that people name. */
  private called: string[] = []

  /** Walks an answer and keeps what could be an id. */
  keep(service: string, value: unknown, name = ''): void {
    if (typeof value === 'string') {
      if ((name === 'name' || name === 'words' || name === 'code') && value.length <= 80)
        this.called = [...this.called.filter((one) => one !== value), value].slice(-40)
      if (!/^[\w:./@+-]{1,80}$/.test(value)) return
      this.note(name, value)
      if (name === 'id') this.note(`${service}.`, value)
    } else if (Array.isArray(value)) {
      for (const one of value.slice(-6)) this.keep(service, one, name)
    } else if (typeof value === 'object' && value !== null) {
      for (const [field, one] of Object.entries(value).slice(0, 60)) this.keep(service, one, field)
    }
  }

  /** Of that name, or an id of that service, that the schema lets through. */
  like(service: string, name: string, shape: Shape, random: Random): string | undefined {
    const fitting = (key: string): string[] => (this.known.get(key) ?? []).filter((text) => fits(shape, text))
    const named = [name, name.replace(/s$/, '')].flatMap(fitting)
    const ids = fitting(`${service}.`)
    const from = named.length > 0 && (ids.length === 0 || random.chance(0.4)) ? named : ids
    return from.length > 0 ? random.pick(from) : undefined
  }

  /** A name that something has here, however strange. */
  name(random: Random): string | undefined {
    return this.called.length > 0 ? random.pick(this.called) : undefined
  }

  private note(name: string, value: string): void {
    const before = this.known.get(name) ?? []
    if (!before.includes(value)) this.known.set(name, [...before, value].slice(-30))
  }
}
