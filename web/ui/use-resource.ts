import { useEffect, useState, type DependencyList } from 'react'

/** Something that lives as long as the component and must be closed. Missing in the first frame. */
export function useResource<T extends { close(): void }>(make: () => T, deps: DependencyList): T | undefined {
  const [resource, setResource] = useState<T>()
  useEffect(() => {
    const made = make()
    setResource(made)
    return () => made.close()
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, deps)
  return resource
}
