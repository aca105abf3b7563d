import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { InterfaceIds } from './interface-ids.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-ids-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('are the same after a restart, and told whenever there is a new one', () => {
  const told: [string, number][][] = []
  const ids = new InterfaceIds(folder, undefined, (all) => told.push([...all]))
  expect([ids.idOf('eth0'), ids.idOf('eth1'), ids.idOf('eth0')]).toEqual([1, 2, 1])
  expect(told).toEqual([
    [['eth0', 1]],
    [
      ['eth0', 1],
      ['eth1', 2],
    ],
  ])
  const again = new InterfaceIds(folder)
  expect([again.idOf('eth1'), again.idOf('wlan0'), again.idOf('eth0')]).toEqual([2, 3, 1])
})

it('of the folder’s own list hold; those that are known from elsewhere fill in', () => {
  writeFileSync(join(folder, 'interfaces.json'), '{"eth0":4}')
  const ids = new InterfaceIds(
    folder,
    new Map([
      ['eth0', 9],
      ['eth1', 7],
      ['eth2', 4],
    ]),
  )
  expect([ids.idOf('eth0'), ids.idOf('eth1'), ids.idOf('eth2')]).toEqual([4, 7, 8])
})

it('are never those of folders of another', () => {
  mkdirSync(join(folder, '1'))
  mkdirSync(join(folder, '3'))
  writeFileSync(join(folder, 'interfaces.json'), 'damaged')
  const ids = new InterfaceIds(folder)
  expect([ids.idOf('eth0'), ids.idOf('eth1')]).toEqual([2, 4])
  expect(readdirSync(folder)).toContain('interfaces.json.damaged')
})

it('are kept in a folder that somebody has removed', () => {
  const ids = new InterfaceIds(folder)
  rmSync(folder, { recursive: true })
  expect(ids.idOf('eth0')).toBe(1)
  expect(new InterfaceIds(folder).idOf('eth0')).toBe(1)
})
