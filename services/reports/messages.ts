/** What people are told when something happens to a report: the words of a notification, in both languages. */
import type { Text } from '../../protocol/errors'
import type { ReportRow } from './rows'

export interface Notification {
  kind: string
  title: Text
  body: Text
  url: string
  urgent?: boolean
  actions?: Action[]
}

/** Does it on the press itself; `said` is what the device says then, and without it the report opens. */
interface Action {
  action: string
  title: Text
  url: string
  does: { command: string; input: { report: string }; said?: Text }
}

type Words = (row: ReportRow, url: string, note?: string) => Notification

/** Longer notes are cut: a notification is a line on a locked screen. Never through the middle of a sign. */
export const shortly = (text: string, most = 160): string =>
  text.length > most
    ? `${text
        .slice(0, most - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')
        .trimEnd()}…`
    : text
const same = (text: string): Text => ({ en: text, id: text })
const about = (row: ReportRow, note?: string): Text => same(shortly(note ? `${row.title}: ${note}` : row.title))
const number = ({ number: n }: ReportRow): string => `#${n}`
const place = (row: ReportRow): Text => same(shortly(`${row.title} · ${row.place_text}`))

const does = ({ id }: ReportRow, verb: string, said?: Text): Action['does'] => ({
  ...{ command: `reports.${verb}`, input: { report: id } },
  ...(said ? { said } : {}),
})

export const messages = {
  claimed: (row, url) => ({
    kind: 'report.claimed',
    title: {
      en: `${row.technician_name} is on it (${number(row)})`,
      id: `${row.technician_name} menangani (${number(row)})`,
    },
    ...{ body: about(row), url },
  }),
  assigned: (row, url) => ({
    kind: 'report.assigned',
    title: { en: `${number(row)} is yours now`, id: `${number(row)} sekarang tugas Anda` },
    ...{ body: place(row), url },
  }),
  waiting: (row, url, note) => ({
    kind: 'report.waiting',
    title: { en: `${number(row)} is on hold`, id: `${number(row)} tertunda` },
    ...{ body: about(row, note), url },
  }),
  noted: (row, url, note) => ({
    kind: 'report.noted',
    title: { en: `News about ${number(row)}`, id: `Kabar laporan ${number(row)}` },
    ...{ body: about(row, note), url },
  }),
  finished: (row, url, note) => ({
    kind: 'report.done',
    title: { en: `Done: ${number(row)}. Fixed?`, id: `Selesai: ${number(row)}. Sudah beres?` },
    ...{ body: about(row, note), url },
    actions: [
      {
        action: 'yes',
        title: { en: 'Yes, fixed', id: 'Ya, beres' },
        url,
        does: does(row, 'confirm', { en: 'Good to hear. Thank you!', id: 'Syukurlah. Terima kasih!' }),
      },
      {
        action: 'no',
        title: { en: 'No, reopen', id: 'Belum, buka lagi' },
        url,
        does: does(row, 'reopen', {
          en: `Thank you. ${number(row)} is open again.`,
          id: `Terima kasih. ${number(row)} dibuka lagi.`,
        }),
      },
    ],
  }),
  reopened: (row, url, note) => ({
    kind: 'report.reopened',
    title: { en: `Not fixed after all: ${number(row)}`, id: `Ternyata belum beres: ${number(row)}` },
    ...{ body: about(row, note), url },
  }),
  rejected: (row, url, note) => ({
    kind: 'report.rejected',
    title: { en: `${number(row)} was closed without a repair`, id: `${number(row)} ditutup tanpa perbaikan` },
    ...{ body: about(row, note), url },
  }),
  merged: (row, url) => ({
    kind: 'report.merged',
    title: { en: `${number(row)} was known already`, id: `${number(row)} sudah pernah dilaporkan` },
    body: {
      en: shortly(`${row.title}: you will hear of everything that happens to the first report.`),
      id: shortly(`${row.title}: Anda akan mendapat semua kabar dari laporan pertama.`),
    },
    url,
  }),
  emergency: (row, url) => ({
    kind: 'report.emergency',
    title: {
      en: `EMERGENCY ${number(row)}: nobody has it yet`,
      id: `DARURAT ${number(row)}: belum ada yang menangani`,
    },
    ...{ body: place(row), url, urgent: true },
    actions: [{ action: 'claim', title: { en: 'I take it', id: 'Saya tangani' }, url, does: does(row, 'claim') }],
  }),
} as const satisfies Record<string, Words>

export type Message = keyof typeof messages
