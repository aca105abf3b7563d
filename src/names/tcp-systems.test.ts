import { expect, test } from 'vitest'
import { systemOfSyn } from './tcp-systems.ts'

test.each([
  [64, 64_240, 7, 'mss,sok,ts,nop,ws', 'Linux'],
  [64, 29_200, 7, 'mss,sok,ts,nop,ws', 'Linux'],
  [64, 65_535, 8, 'mss,sok,ts,nop,ws', 'Android'],
  [64, 65_535, 6, 'mss,nop,ws,nop,nop,ts,sok,eol,eol', 'macOS or iOS'],
  [128, 64_240, 8, 'mss,nop,ws,nop,nop,sok', 'Windows'],
  [128, 8192, 2, 'mss,nop,ws,sok,ts', 'Windows'],
  [128, 65_535, -1, 'mss,nop,nop,sok', 'Windows XP'],
  [64, 65_535, 6, 'mss,nop,ws,sok,ts', 'FreeBSD'],
  [64, 16_384, 6, 'mss,nop,nop,sok,nop,ws,nop,nop,ts', 'OpenBSD'],
  [64, 49_640, 0, 'mss,nop,ws,nop,nop,sok', 'Solaris'],
  [255, 4128, -1, 'mss', 'Cisco IOS'],
  [128, 64_240, 7, 'mss,sok,ts,nop,ws', undefined],
  [64, 1024, -1, 'mss', undefined],
  [255, 65_535, -1, '', undefined],
])('%i %i %i %s', (ttl, window, windowScale, options, system) => {
  expect(systemOfSyn({ ttl, window, mss: 1460, windowScale, options })).toBe(system)
})
