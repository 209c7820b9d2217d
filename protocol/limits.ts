/** Every bound of the system that a client can meet, in one place. Units are in the names. */
export const limits = {
  /** One inbound message on a realtime connection. Checked in code, with a clear error. */
  messageBytes: 64 * 1024,
  /** The transport's own net behind it. */
  frameBytes: 1024 * 1024,
  /** A JSON body over HTTP (uploads have limits of their own). */
  bodyBytes: 256 * 1024,
  /** The transport's own net behind those: it only says no, without a word. */
  requestBytes: 64 * 1024 * 1024,
  channelsPerClient: 128,
  /** Calls of one connection that may be under way at once; further ones wait their turn. */
  callsInFlight: 64,
  /** Commands that one connection may have waiting before it is cut: the client floods us. */
  commandsWaiting: 4096,
  /** Bytes waiting for a slow reader before it is cut with 3008 and recovers. */
  slowBytes: 512 * 1024,
  /** The most publications a recovery or a page of history may hold. More: `recovered: false`. */
  recoveryEvents: 300,
  historyEvents: 300,
  /** The most present clients that a roster lists. More are a crowd: their number is told, and a sample. */
  rosterShown: 100,
  /** Joins and leaves of one topic that are told one by one in a second; of more, the outcome. */
  rosterChanges: 20,
  /** How many of a crowd are shown to those who follow it. */
  crowdShown: 12,
  /** How many who write at the same time are shown on one topic. */
  speakers: 5,
  /** A connection must send `connect` in this time. */
  connectMs: 10_000,
  pingMs: 25_000,
  pongMs: 8_000,
  /** How long an expired token's connection stays, so that the client can refresh it. */
  expiredGraceMs: 25_000,
} as const
