/**
 * The version of what travels on the wire, and its history. `version.test.ts` holds it to the schemas: who changes them
 * comes here, adds a line below and raises the number. Fields may be added, never repurposed: clients of every older
 * number go on working.
 *
 * 1  The Centrifuge client protocol v2 as JSON; events `{kind, at, actor, node, …}`; the contract's error codes.
 */
export const wireVersion = 1
