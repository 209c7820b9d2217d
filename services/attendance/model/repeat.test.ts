import { describe, expect, test } from 'bun:test'
import { daysOfRule } from './repeat'

const forEver = { from: '1900-01-01', to: '2100-01-01' }
/** `1997-09-05 10-03 11-07`: what isn't said is as with the day before. */
function days(text: string): string[] {
  let year = ''
  return text.split(' ').map((day) => {
    if (day.length > 5) year = day.slice(0, 4)
    return day.length > 5 ? day : `${year}-${day}`
  })
}

// The examples of RFC 5545, 3.8.5.3, that go by day, week or month.
const examples: [rule: string, first: string, expected: string, until?: string][] = [
  ['FREQ=DAILY;COUNT=4', '1997-09-02', '1997-09-02 09-03 09-04 09-05'],
  ['FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09-02', '1997-09-02 09-12 09-22 10-02 10-12'],
  ['FREQ=DAILY;UNTIL=x;BYMONTH=1', '1998-01-30', '1998-01-30 01-31 1999-01-01 01-02', '1999-01-02'],
  ['FREQ=WEEKLY;COUNT=4', '1997-09-02', '1997-09-02 09-09 09-16 09-23'],
  ['FREQ=WEEKLY;UNTIL=x;WKST=SU;BYDAY=TU,TH', '1997-09-02', '1997-09-02 09-04 09-09 09-11', '1997-09-15'],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08-05', '1997-08-05 08-10 08-19 08-24'],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08-05', '1997-08-05 08-17 08-19 08-31'],
  [
    'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
    '1997-09-02',
    '1997-09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16',
  ],
  ['FREQ=MONTHLY;COUNT=6;BYDAY=1FR', '1997-09-05', '1997-09-05 10-03 11-07 12-05 1998-01-02 02-06'],
  [
    'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
    '1997-09-07',
    '1997-09-07 09-28 11-02 11-30 1998-01-04 01-25 03-01 03-29 05-03 05-31',
  ],
  ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', '1997-09-22', '1997-09-22 10-20 11-17 12-22 1998-01-19 02-16'],
  ['FREQ=MONTHLY;COUNT=6;BYMONTHDAY=-3', '1997-09-28', '1997-09-28 10-29 11-28 12-29 1998-01-29 02-26'],
  ['FREQ=MONTHLY;COUNT=6;BYMONTHDAY=1,-1', '1997-09-30', '1997-09-30 10-01 10-31 11-01 11-30 12-01'],
  [
    'FREQ=MONTHLY;INTERVAL=18;COUNT=8;BYMONTHDAY=10,11,12,13,14,15',
    '1997-09-10',
    '1997-09-10 09-11 09-12 09-13 09-14 09-15 1999-03-10 03-11',
  ],
  ['FREQ=MONTHLY;COUNT=5;BYDAY=FR;BYMONTHDAY=13', '1997-09-02', '1998-02-13 03-13 11-13 1999-08-13 2000-10-13'],
  ['FREQ=MONTHLY;COUNT=3;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13', '1997-09-13', '1997-09-13 10-11 11-08'],
  ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997-09-04', '1997-09-04 10-07 11-06'],
  ['FREQ=MONTHLY;COUNT=5;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2', '1997-09-29', '1997-09-29 10-30 11-27 12-30 1998-01-29'],
  ['FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '2007-01-15', '2007-01-15 01-30 02-15 03-15 03-30'],
  ['FREQ=MONTHLY;COUNT=3', '2027-01-31', '2027-01-31 03-31 05-31'],
]

describe('a rule of repetition', () => {
  test('gives the days that the standard gives for it', () => {
    for (const [rule, first, expected, until] of examples) {
      expect([rule, daysOfRule(rule, first, until, forEver)]).toEqual([rule, days(expected)])
    }
  })

  test('without an end goes from the first day asked for up to the last one, and one with an end is read as it is', () => {
    const bounds = { from: '2027-02-01', to: '2027-02-20' }
    expect(daysOfRule('FREQ=WEEKLY', '2020-01-06', undefined, bounds)).toEqual(days('2027-02-01 02-08 02-15'))
    expect(daysOfRule('FREQ=MONTHLY;BYDAY=1MO', '2020-01-06', undefined, bounds)).toEqual(['2027-02-01'])
    expect(daysOfRule('FREQ=WEEKLY;COUNT=2', '2020-01-06', undefined, bounds)).toEqual(days('2020-01-06 01-13'))
    expect(daysOfRule('FREQ=WEEKLY', '2020-01-06', '2020-01-13', bounds)).toEqual(days('2020-01-06 01-13'))
  })

  test('that says something else is not read at all, rather than wrongly', () => {
    const strange = ['FREQ=YEARLY', 'FREQ=HOURLY', 'FREQ=MONTHLY;BYWEEKNO=3', 'FREQ=DAILY;BYHOUR=8,10', 'COUNT=3']
    const broken = ['FREQ=WEEKLY;BYDAY=2MO', 'FREQ=DAILY;INTERVAL=0', 'FREQ=DAILY;COUNT=x', 'FREQ=MONTHLY;BYDAY=XX']
    for (const rule of [...strange, ...broken, 'FREQ=MONTHLY;BYMONTHDAY=0', '']) {
      expect([rule, daysOfRule(rule, '2027-01-04', undefined, forEver)]).toEqual([rule, undefined])
    }
    // It never comes true, and ends all the same.
    expect(daysOfRule('FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2', '2027-01-04', undefined, forEver)).toEqual([])
  })
})
