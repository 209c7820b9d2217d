/**
 * The names of the contract that this client calls, with their types: a file a service in `methods/`, merged here. Types
 * only: nothing of a service is loaded.
 */
import type { AttendanceCommands, AttendanceQueries } from './methods/attendance'
import type { DiscussionCommands, DiscussionQueries } from './methods/discussion'
import type { DropsCommands, DropsQueries } from './methods/drops'
import type { InboxCommands, InboxQueries } from './methods/inbox'
import type { PeopleCommands, PeopleQueries } from './methods/people'
import type { ReportsCommands, ReportsQueries } from './methods/reports'
import type { SearchQueries } from './methods/search'
import type { WatchCommands, WatchQueries } from './methods/watch'

export type { NodeRow } from './methods/people'

type Commands = AttendanceCommands &
  DiscussionCommands &
  DropsCommands &
  InboxCommands &
  PeopleCommands &
  ReportsCommands &
  WatchCommands
type Queries = AttendanceQueries &
  DiscussionQueries &
  PeopleQueries &
  DropsQueries &
  InboxQueries &
  ReportsQueries &
  SearchQueries &
  WatchQueries
type Methods = Commands & Queries

export type CommandName = keyof Commands
export type MethodName = keyof Methods
export type InputOf<N extends MethodName> = Methods[N]['input']
export type OutputOf<N extends MethodName> = Methods[N]['output']
