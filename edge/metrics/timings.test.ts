import { expect, test } from 'bun:test'
import { Registry } from 'prom-client'
import { Timings } from './timings'

test('what was timed is told as a histogram of Prometheus, line by line', async () => {
  const registry = new Registry()
  registry.setDefaultLabels({ node: 'n1' })
  const timings = new Timings(registry, 'alun_http_request_seconds', 'HTTP requests', ['route', 'status'])
  for (const ms of [0.5, 1, 3, 80, 9000]) timings.line('/api/drops/claim', 200).observe(ms)
  timings.line('/', 404).observe(2)
  const text = await registry.metrics()
  expect(text).toContain('# TYPE alun_http_request_seconds histogram')
  const linesOf = (status: number): string[] =>
    text.split('\n').filter((line) => line.includes(`status="${status}"`) && !line.includes(' 0'))
  const labels = 'node="n1",route="/api/drops/claim",status="200"'
  const at = (le: string | number): number => {
    const line = linesOf(200).find((one) => one.includes(`le="${le}"`))!
    expect(line).toContain('route="/api/drops/claim"')
    return Number(line.split(' ').at(-1))
  }
  expect([0.001, 0.0025, 0.005, 0.05, 0.1, 5, '+Inf'].map(at)).toEqual([2, 2, 3, 3, 4, 4, 5])
  expect(text).toContain(`alun_http_request_seconds_count{${labels.replace('node="n1",', '')},node="n1"} 5`)
  expect(text).toMatch(/_sum\{.*status="200".*\} 9\.084/)
  expect(linesOf(404).find((line) => line.includes('_count'))).toEndWith(' 1')
})
