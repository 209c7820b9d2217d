import { expect, test } from 'bun:test'
import { isGood, judge, lastLine, sum } from './report'

const xml = `<testsuites><testsuite name="a.test.ts" file="a.test.ts" tests="5">
  <testcase name="adds" classname="" time="0.5" file="a.test.ts" line="2" assertions="1" />
  <testcase name="later" classname="" time="0" file="a.test.ts"><skipped /></testcase>
  <testcase name="some day" classname="" time="0" file="a.test.ts"><skipped message="TODO" /></testcase>
  <testsuite name="group">
    <testcase name="in &lt;group&gt; &amp; &quot;q&quot;" classname="group" time="0.25" file="a.test.ts" />
    <testcase name="breaks" classname="group" time="0" file="a.test.ts">
      <failure type="Error" message="no">Error: no</failure>
    </testcase>
  </testsuite>
</testsuite></testsuites>`

test('every case counts once, by what became of it', () => {
  const [result] = judge(['a.test.ts'], { xml, exitCode: 1 })
  expect(result).toEqual({
    path: 'a.test.ts',
    passed: 2,
    failed: 1,
    skipped: 2,
    seconds: 0.75,
    problems: ['group > breaks'],
    skips: ['later', 'some day'],
  })
})

test('a file that says nothing has failed', () => {
  const results = judge(['a.test.ts', 'b.test.ts'], { xml, exitCode: 1 })
  expect(results.map(({ path, failed }) => [path, failed])).toEqual([
    ['a.test.ts', 1],
    ['b.test.ts', 1],
  ])
  expect(results[1]!.problems[0]).toContain('does not load')
})

test('a run without a report has failed, and says why it ended', () => {
  expect(judge(['a.test.ts'], { xml: undefined, exitCode: 0, ended: 'it hangs' })[0]).toMatchObject({
    failed: 1,
    problems: ['it hangs'],
  })
})

test('an error outside of all tests is a failure', () => {
  const good = '<testcase name="adds" classname="" time="0" file="a.test.ts" />'
  expect(judge(['a.test.ts'], { xml: good, exitCode: 0 })[0]!.failed).toBe(0)
  expect(judge(['a.test.ts'], { xml: good, exitCode: 1 })[0]).toMatchObject({ passed: 1, failed: 1 })
})

test('the last line tells of skips only where there are any', () => {
  const totals = sum([
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 1, failed: 1, skipped: 0 },
  ])
  expect(lastLine(totals)).toBe('3 passed, 1 failed')
  expect(lastLine({ ...totals, skipped: 4 })).toBe('3 passed, 1 failed, 4 skipped')
})

test('a run in which nothing ran is not good', () => {
  expect(isGood({ passed: 0, failed: 0, skipped: 3 })).toBe(false)
  expect(isGood({ passed: 1, failed: 1, skipped: 0 })).toBe(false)
  expect(isGood({ passed: 1, failed: 0, skipped: 3 })).toBe(true)
})
