import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { interfaceNamesOf } from './exporter-interfaces.ts'
import type { Options } from './options.ts'
import { UsageError } from './usage-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-interface-names-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string, mode = 0o600) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
async function read(given: { exporterInterfaces?: string; snmp?: string }) {
  let err = ''
  const names = await interfaceNamesOf(
    { exporterInterfaces: undefined, snmp: undefined, ...given } as Options,
    (text) => (err += `${text}\n`),
  )
  const known = names?.of('10.0.0.1')
  await names?.close()
  return { err, known }
}

test('nothing is read where nothing is given', async () => {
  expect(await read({})).toEqual({ err: '', known: undefined })
})

test('what is wrong in the files is told, and the rest holds', async () => {
  const list = file('ports.csv', '10.0.0.1,1,eth0\nx,2')
  const snmp = file('snmp.conf', '10.0.0.0/8 community=secret version=1', 0o644)
  const { err, known } = await read({ exporterInterfaces: list, snmp })
  expect(known).toMatchObject([{ name: 'eth0' }])
  expect(err.split('\n')).toEqual([
    `${list}:2:1: x is no address of an exporter`,
    `${snmp}:1:29: version must be 2c or 3`,
    `${snmp}: others may read the secrets in it (mode 0644): chmod 600 ${snmp}`,
    '',
  ])
})

test('a file that is not there is a usage error', async () => {
  await expect(read({ snmp: join(folder, 'none') })).rejects.toThrow(UsageError)
})
