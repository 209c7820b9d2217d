import { expect, test } from 'bun:test'
import { birthOf, commandLine, gone, isAlive, isStill, signal } from './processes'
import { until } from '../prove/testing/until'

test('a process is known by its birth: the same pid with another is another process', () => {
  const birth = birthOf(process.pid)
  expect(birth).toBeString()
  expect(birthOf(1)).not.toBe(birth)
  expect(isStill(process.pid, birth)).toBe(true)
  expect(isStill(process.pid, `${birth}0`)).toBe(false)
})

test('a zombie is not alive', async () => {
  // The shell becomes a sleep, which never buries the child that ended.
  const parent = Bun.spawn(['sh', '-c', 'sh -c "sleep 0.2" & echo $!; exec sleep 100'], { stdout: 'pipe' })
  const { value } = await parent.stdout.getReader().read()
  const zombie = Number(new TextDecoder().decode(value))
  await until(() => !isAlive(zombie), { what: 'the child to end' })
  expect(() => process.kill(zombie, 0)).not.toThrow()
  parent.kill('SIGKILL')
  await parent.exited
})

test('the command line of another process can be read, and of none is undefined', async () => {
  const child = Bun.spawn(['sleep', '1234.5'])
  await until(() => commandLine(child.pid) === 'sleep 1234.5')
  expect(await gone(child.pid, 20)).toBe(false)
  signal(child.pid, 'SIGKILL')
  expect(await gone(child.pid, 2000)).toBe(true)
  await child.exited
  expect(commandLine(child.pid)).toBeUndefined()
  expect(birthOf(child.pid)).toBeUndefined()
  signal(child.pid, 'SIGTERM')
})
