/** The server's bound, so that nobody writes a page that it then refuses. `limits.test.ts` holds them together. */
export const messageCharacters = 8000
/** From here on it is shown how much is left. */
export const nearLimit = 500
