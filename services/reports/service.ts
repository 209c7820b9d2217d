/** Reports: from a photo of what is broken to "fixed?", and everybody whom it concerns hears of it. */
import type { Service } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { visibleReport } from './access'
import { alarmJob, alert } from './alarm'
import { importPlaces, removePlace, savePlace } from './campus'
import { categories, saveCategory } from './categories'
import { assign, claim, confirm, finish, reject, release, reopen, update } from './commands'
import { follow, meToo, merge, unfollow, unmerge, useReceipt } from './crowd'
import { duty, myDuty } from './duty'
import { isHandler } from './policy'
import { hidePhoto } from './photos'
import { at, places } from './places'
import { plansTopic, savePlan } from './plans'
import { open311Requests } from './open311/requests'
import { openData, publicBoard } from './public'
import { board, get, mine, similar } from './queries'
import { reportEvents } from './schemas'
import { search } from './search'
import { submit } from './submit'
import { discuss } from './thread'
import { watchJob, watchPhoto } from './watch'

export const reports: Service = {
  name: 'reports',
  methods: [
    ...[submit, get, board, mine, similar, search, publicBoard, openData, open311Requests],
    ...[claim, release, assign, update, finish, confirm, reopen, reject],
    ...[follow, unfollow, meToo, useReceipt, merge, unmerge, discuss],
    ...[categories, saveCategory, places, at, savePlace, removePlace, importPlaces, savePlan],
    ...[duty, myDuty, hidePhoto, alert, watchPhoto],
  ],
  topics: [
    {
      prefix: 'reports',
      summary:
        '`reports:<report>`: what happens to one report, for who may see it. `reports:board`: every report as a card, for technicians and admins. `reports:plans`: on what the pictures of floors hang.',
      roster: false,
      events: reportEvents,
      authorize: async (sql, actor, id) => {
        if (`reports:${id}` === plansTopic) return
        if (id !== 'board') return void (await visibleReport(sql, actor, id))
        if (!isHandler(actor.role)) throw refuse.notFound()
      },
    },
  ],
  jobs: [alarmJob, watchJob],
  migrations: `${import.meta.dir}/migrations`,
}
