import { useEffect, useState } from 'react'

/**
 * Something that lives as long as the component and must be closed. Missing in the first frame.
 * @param make the same function (`useCallback`) as long as it should stay the same thing.
 */
export function useResource<T extends { close(): void }>(make: () => T): T | undefined {
  const [resource, setResource] = useState<T>()
  useEffect(() => {
    const made = make()
    setResource(made)
    return () => made.close()
  }, [make])
  return resource
}
