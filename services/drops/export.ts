/** A drop's claims as a table to take away, for its organiser. */
import { csv, type Cell, type Table } from '../../protocol/csv'
import { refuse, type Lang } from '../../protocol/errors'
import type { WebRoute, WebVisit } from '../../protocol/web'
import { xlsx } from '../../protocol/xlsx'
import type { Sheet } from './model'

const zone = 'Asia/Jakarta'
/** As many people as may be asked for by their ids at once. */
const peopleAtOnce = 100

const headers: Record<Lang, string[]> = {
  en: ['Claim', 'Name', 'Pseudonym', 'Units', 'State', `Claimed (${zone})`, `Handed out (${zone})`, 'Where'],
  id: ['Klaim', 'Nama', 'Samaran', 'Unit', 'Status', `Diklaim (${zone})`, `Diserahkan (${zone})`, 'Tempat'],
}

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

export const exportRoute: WebRoute = {
  method: 'GET',
  path: '/drops/:drop/claims/:format',
  async run(_request, visit) {
    const { drop = '', format = '' } = visit.params
    if (format !== 'csv' && format !== 'xlsx') throw refuse.notFound()
    const { title, table } = await tableOf(visit, drop)
    const body = format === 'csv' ? csv(table) : await xlsx([{ ...table, name: title }])
    const disposition = `attachment; filename="drop.${format}"; filename*=UTF-8''${encodeURIComponent(title)}.${format}`
    return { headers: { 'content-type': types[format], 'content-disposition': disposition }, body }
  },
}

async function tableOf(visit: WebVisit, drop: string): Promise<{ title: string; table: Table }> {
  const claims: Sheet['claims'] = []
  for (;;) {
    const page = (await visit.execute('drops.sheet', { drop, after: claims.at(-1)?.claim })) as unknown as Sheet
    claims.push(...page.claims)
    if (page.more) continue
    const names = await namesOf(visit, [...new Set(claims.map(({ user }) => user))])
    const rows = claims.map((claim): Cell[] => [
      ...[claim.claim, names.get(claim.user) ?? '', claim.who, claim.quantity, claim.state],
      ...[new Date(claim.at), claim.redeemedAt ? new Date(claim.redeemedAt) : null, claim.redeemedPlace],
    ])
    return { title: page.title, table: { header: headers[visit.lang], rows, zone } }
  }
}

async function namesOf(visit: WebVisit, ids: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (let at = 0; at < ids.length; at += peopleAtOnce) {
    const asked = { ids: ids.slice(at, at + peopleAtOnce) }
    const { people } = (await visit.execute('people.find', asked)) as { people: { id: string; name: string }[] }
    for (const { id, name } of people) names.set(id, name)
  }
  return names
}
