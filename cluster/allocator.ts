/**
 * How a node's memory allocator is told to behave (mimalloc, which the runtime brings; it reads this when it starts).
 *
 * A page that was freed is kept this many milliseconds before it goes back to the system. With the allocator's own 100,
 * pages were given back and asked for again all the time under load (decision 17). Whoever starts nodes another way than
 * `alun up` (`deploy/`) sets the same.
 */
export const allocator = { MIMALLOC_PURGE_DELAY: '5000' }
