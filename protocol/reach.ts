const firstMs = Date.UTC(1900, 0, 1)
const lastMs = Date.UTC(3000, 0, 1)

/**
 * Whether a moment is of an age in which every clock, calendar and database agrees: what comes from outside and is not is
 * refused, and what could not be read (NaN) is none.
 */
export const isInReach = (ms: number): boolean => ms >= firstMs && ms < lastMs
