import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { KeptNames } from './kept-names.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-names-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('keeps what was named over a restart', () => {
  const names = new KeptNames(folder)
  names.nameExporter('192.0.2.1', 'core')
  names.nameExporter('192.0.2.2', 'edge')
  names.nameExporter('192.0.2.1', '')
  names.changeInterface('eth0', { name: 'uplink' })
  names.changeInterface('eth0', { disabled: true })
  names.changeInterface('eth1', { disabled: true })
  names.changeInterface('eth1', { disabled: false })
  const again = new KeptNames(folder)
  expect(again.exporters).toEqual({ '192.0.2.2': 'edge' })
  expect(again.interface('eth0')).toEqual({ name: 'uplink', disabled: true })
  expect(again.interface('eth1')).toEqual({})
  expect(again.interface('toString')).toEqual({})
})

it.each(['no JSON', '{"exporters":{"a":1},"interfaces":{}}', '{"exporters":{},"interfaces":{"a":{"name":7}}}', 'null'])(
  'sets %s aside',
  (text) => {
    writeFileSync(join(folder, 'names.json'), text)
    const names = new KeptNames(folder)
    expect(names.exporters).toEqual({})
    expect(readdirSync(folder)).toEqual(['names.json.damaged'])
    names.nameExporter('a', 'b')
    expect(new KeptNames(folder).exporters).toEqual({ a: 'b' })
  },
)

it('lasts as long as the program without a folder', () => {
  const names = new KeptNames(undefined)
  names.nameExporter('a', 'b')
  expect(names.exporters).toEqual({ a: 'b' })
})
