/** Small things kept on this device. A device that keeps nothing (private mode, full disk) still works. */
const prefix = 'alun.'

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined
  } catch {
    return undefined
  }
}

export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, value)
  } catch {
    // Then it isn't kept.
  }
}
