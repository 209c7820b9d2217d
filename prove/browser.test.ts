import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findBrowser } from './browser'

let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'alun-browser-'))
  await writeFile(join(dir, 'google-chrome'), '#!/bin/sh\n')
  await chmod(join(dir, 'google-chrome'), 0o755)
})

afterAll(() => rm(dir, { recursive: true, force: true }))

test('the browser that is told is taken, and no other when it is not there', () => {
  expect(findBrowser({ ALUN_CHROMIUM: process.execPath, PATH: dir })).toBe(process.execPath)
  expect(findBrowser({ ALUN_CHROMIUM: join(dir, 'nothing'), PATH: dir })).toBeUndefined()
})

test('else it is the one of Playwright, else one on the path', () => {
  const own = chromium.executablePath()
  expect(findBrowser({ PATH: dir })).toBe(existsSync(own) ? own : join(dir, 'google-chrome'))
  if (!existsSync(own)) expect(findBrowser({ PATH: tmpdir() })).toBeUndefined()
})
