/**
 * Who may what, in one table: every method, topic and path that anybody can reach. A new one is not done before it stands
 * here; `prove/doors/rights.cluster.test.ts` holds the doors to it.
 */
import type { Role } from '../../protocol/roles'

/**
 * - `all`: everybody signed in, guests too; what they get is their own, or everybody's.
 * - `theirs`: everybody may ask, and who has no part in the thing is refused, as if it were not there.
 * - roles: these and no others; that the thing must be theirs too is said by `theirs` below.
 */
export type Right = 'all' | 'theirs' | readonly Role[]

const admin = ['admin'] as const
const staff = ['admin', 'teacher'] as const
const handlers = ['admin', 'technician'] as const
const sellers = ['admin', 'organiser', 'teacher', 'technician'] as const
const known = ['admin', 'organiser', 'student', 'teacher', 'technician'] as const

const each = (right: Right, service: string, verbs: string): [string, Right][] =>
  verbs.split(' ').map((verb) => [`${service}.${verb}`, right])

export const methodRights: ReadonlyMap<string, Right> = new Map([
  ...each('all', 'people', 'me nodes find profile export forget_me classes join'),
  ...each('theirs', 'people', 'sessions revoke revoke_all members'),
  ...each(admin, 'people', 'list reset_link set_role disable enable fill_demo clear_demo demo'),
  ...each(staff, 'people', 'class_create class_change enrol unenrol import invite invites uninvite'),
  // What a search finds, and the flags that one sees, are of channels that one may see.
  ...each('all', 'discussion', 'channels search flags create receipts'),
  ...each(
    'theirs',
    'discussion',
    'history message members pins versions moderation change join leave invite expel role',
  ),
  ...each('theirs', 'discussion', 'post edit remove clean react pin read delivered draft prefer typing'),
  ...each('theirs', 'discussion', 'flag settle sanction pardon slow rules'),
  ...each(known, 'discussion', 'direct'),
  ...each('all', 'drops', 'list search get mine record enter claim'),
  ...each('theirs', 'drops', 'tallies sheet confirm release decline redeem pause resume restock close'),
  ...each(sellers, 'drops', 'create verify rehearse discard'),
  ...each('all', 'attendance', 'sessions search mine feed_url revoke_feed'),
  ...each('theirs', 'attendance', 'edit close exempt mark correct undo review merge board code attempts verify'),
  // A session may be open to all; who is not expected there is told so, and not refused.
  ...each('all', 'attendance', 'check get'),
  ...each(staff, 'attendance', 'open table timetable ingest settings'),
  ...each(admin, 'attendance', 'set_cards configure'),
  // Of somebody else's files nothing is discarded, and no link is given.
  ...each('all', 'files', 'create links discard'),
  ...each('theirs', 'files', 'upload'),
  ...each('all', 'inbox', 'list read settings wish push_key subscribe_push unsubscribe_push'),
  ...each('all', 'reports', 'submit mine similar search public open_data receipt categories places at'),
  ...each('theirs', 'reports', 'get update confirm reopen follow unfollow me_too discuss'),
  ...each(handlers, 'reports', 'board claim release assign finish reject merge unmerge duty my_duty hide_photo'),
  ...each(admin, 'reports', 'category_save place_save place_remove place_import place_plan'),
  ...each('all', 'watch', 'here'),
  // Outside of a demonstration they are an admin's alone.
  ...each('theirs', 'watch', 'nodes break probe sell_to_bots sale prove proof'),
  ...each(admin, 'watch', 'health jobs retry_job discard_job'),
])

/** Who may listen. `own`: to their own one. */
export const topicRights: Record<string, Right | 'own'> = {
  channels: 'all',
  discussion: 'theirs',
  attendance: 'theirs',
  drops: 'all',
  reports: 'theirs',
  inbox: 'own',
  cluster: admin,
  watch: admin,
}

/** What somebody is answered who shows nothing: neither a token nor a cookie nor a secret address. */
export const pathsWithoutName: Record<string, readonly number[]> = {
  'POST /files': [401],
  'GET /files/:id': [401],
  'PATCH /files/:id': [401],
  'GET /files/:id/:variant': [403],
  'GET /drops/:drop/claims/:format': [401],
  'GET /reports/open-data.csv': [401],
  'GET /reports/open-data.xlsx': [401],
  // As the standard has it: reading is open, sending is not.
  'GET /open311/:file': [200],
  'GET /open311/v2/:file': [200],
  'POST /open311/v2/:file': [403],
  'GET /open311/v2/services/:file': [404],
  'GET /open311/v2/requests/:file': [404],
  // What is scanned is a secret; without one there is nothing.
  'POST /attendance/scan': [400],
  'GET /attendance/network/:session': [401],
  'GET /attendance/calendar/:file': [404],
  'GET /attendance/export/session/:session/:format': [401],
  'GET /attendance/export/attempts/:session/:format': [401],
  'GET /attendance/export/table/:format': [401],
}
