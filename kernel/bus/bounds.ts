/** PostgreSQL takes less than 8,000 bytes in one notification; the same bound holds on every bus. */
export const signalBytes = 7000

/** What waits to be sent while the bus is away; beyond it the oldest is forgotten, and sweeps bring it. */
export const waitingMessages = 4000
