/** What the inbox of an installation needs to know of it. */
export interface InboxMeans {
  /** Seals the key by which push services know this installation. All nodes have the same. */
  secret: string
  /** Whom a push service may write to when something of ours troubles it: `mailto:` or an https address. */
  contact: string
  /** Push to this machine itself, without TLS. For tests: else whoever subscribes could make us knock at inner doors. */
  mayPushHere: boolean
}
