import { describe, expect, test } from 'bun:test'
import * as health from './health'

const hourMs = 3600_000
const dayMs = 24 * hourMs
const now = Date.parse('2026-03-02T08:00:00Z')
const gigabyte = 1024 ** 3
const node = (id: string, more: Partial<health.HealthNode> = {}): health.HealthNode => ({
  ...{ id, version: '1.0.0', state: 'alive', lagMs: 3 },
  figures: { requests: 0, p95Ms: 0, deliveries: 0, topics: 0, waiting: 0, memoryMb: 90, databaseUp: true, busUp: true },
  ...more,
})
const deaf = node('n2', { figures: { ...node('n2').figures!, busUp: false } })
const machine: health.Machine = {
  ...{ freeBytes: 9 * gigabyte, mail: 'none' },
  backups: { kept: 7, isElsewhere: false, isDemo: false },
}
const backups = (more: Partial<health.Backups>): health.Finding => health.backups({ ...machine.backups, ...more }, now)
const certificate = (days: number): health.Finding =>
  health.certificate({ ...machine, certificateEndsAt: now + days * dayMs }, now)

const cases: [string, health.Finding, health.Finding['verdict']][] = [
  ['a disk with room', health.disk(machine), 'ok'],
  ['a disk that the journal may fill', health.disk({ freeBytes: 2.9 * gigabyte }), 'warn'],
  ['a full disk', health.disk({ freeBytes: 0.4 * gigabyte }), 'fail'],
  ['a certificate of our own', certificate(80), 'ok'],
  ['a certificate that ends in thirteen days', certificate(13.5), 'warn'],
  ['a certificate that ended', certificate(-0.1), 'fail'],
  ['no certificate behind a proxy', health.certificate({ ...machine, publicUrl: 'https://alun.test' }, now), 'ok'],
  ['no certificate at all', health.certificate(machine, now), 'warn'],
  ['a backup of yesterday', backups({ lastAt: now - 1.9 * dayMs }), 'ok'],
  ['a backup of the day before yesterday', backups({ lastAt: now - 2.1 * dayMs }), 'fail'],
  ['no backup just after the start', backups({ upSince: now - 0.9 * hourMs }), 'ok'],
  ['no backup after an hour', backups({ upSince: now - 1.1 * hourMs }), 'fail'],
  ['backups that are switched off', backups({ kept: 0 }), 'warn'],
  ['a database that somebody else backs up', backups({ isElsewhere: true, upSince: 0 }), 'ok'],
  ['a demonstration', backups({ isDemo: true, upSince: 0 }), 'ok'],
  ['no mail server', health.mail('none'), 'ok'],
  ['mail that needs an address', health.mail({ server: 'mail.test', hasAddress: false }), 'warn'],
  ['mail that is refused', health.mail({ server: 'mail.test', hasAddress: true, problem: '535' }), 'fail'],
  ['push with nobody to write to', health.push({ key: 'ours', devices: 3 }, machine), 'warn'],
  ['push', health.push({ key: 'ours', devices: 3 }, { ...machine, pushContact: 'mailto:a@b.test' }), 'ok'],
  ['push under another secret', health.push({ key: 'lost', devices: 3 }, machine), 'fail'],
  ['a database that does not answer', health.database(undefined), 'fail'],
  ['a database that is too old', health.database({ version: '13.4' }), 'fail'],
  ['a database with a copy', health.database({ version: '18.4', replicas: [{ name: 'b', behindMs: 9000 }] }), 'ok'],
  ['a copy far behind', health.database({ version: '18.4', replicas: [{ name: 'b', behindMs: 11_000 }] }), 'warn'],
  ['clocks that agree', health.clock([{ id: 'n1', clockMs: 1900 }]), 'ok'],
  ['a clock that is wrong', health.clock([{ id: 'n1', clockMs: -2100 }]), 'warn'],
  ['a bus that all hear', health.bus([node('n1')]), 'ok'],
  ['a bus that one can’t hear', health.bus([node('n1'), deaf]), 'warn'],
  ['news within milliseconds', health.lag([node('n1')]), 'ok'],
  ['news after seconds', health.lag([node('n1', { lagMs: 2500 })]), 'warn'],
  ['a node that can’t tell', health.lag([node('n1'), node('n2', { lagMs: undefined })]), 'warn'],
  ['nodes with a leader', health.nodes([node('n1')], 'n1'), 'ok'],
  ['nodes without one', health.nodes([node('n1')], undefined), 'warn'],
  ['a node that is silent', health.nodes([node('n1'), node('n2', { state: 'suspected' })], 'n1'), 'warn'],
  ['one version', health.version([node('n1'), node('n2')]), 'ok'],
  ['two versions', health.version([node('n1'), node('n2', { version: '1.1.0' })]), 'warn'],
  ['no job that failed', health.jobs(0), 'ok'],
  ['a job that failed', health.jobs(1), 'warn'],
]

describe('in both languages, and with what to do unless all is well, it is said of', () => {
  test.each(cases)('%s', (_, finding, verdict) => {
    expect([finding.verdict, finding.todo === undefined]).toEqual([verdict, verdict === 'ok'])
    for (const text of [finding.found, ...(finding.todo ? [finding.todo] : [])]) {
      expect(text.en).not.toBe('')
      expect(text.id).not.toBe('')
    }
  })
})

test('there is a case for everything that is looked at, and whom it concerns is named', () => {
  expect(new Set(cases.map(([, { about }]) => about))).toEqual(new Set(health.abouts))
  expect(health.bus([node('n1'), deaf]).found.en).toBe('n2 can’t hear it')
  expect(health.disk({ freeBytes: 2.25 * gigabyte }).found).toEqual({ en: '2.3 GB free', id: '2,3 GB kosong' })
})
