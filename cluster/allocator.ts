/**
 * How a node's memory allocator is told to behave (mimalloc, which the runtime brings; it reads this when it starts).
 *
 * A page that was freed is kept this long before it goes back to the system. The allocator's own 100 ms are shorter than
 * the pause between two collections of garbage: under load the same pages were given back and asked for again, each time
 * cleared by the kernel. An idle node has given everything back after this time. Whoever starts nodes another way than
 * `alun up` (`deploy/`) sets the same.
 */
export const allocator = { MIMALLOC_PURGE_DELAY: '5000' }
