/**
 * The source of a regular expression that finds just this text, for the `u` flag too: there an escape that isn't needed
 * is a mistake, so a hyphen, which means nothing outside of a class, stays as it is.
 */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
