import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../wire/address.ts'
import { AddressOwners, type OwnerTables } from './address-owners.ts'

describe('the tables that ship', () => {
  let owners: AddressOwners
  beforeAll(async () => {
    const [tables] = (await once(new Worker(new URL('../address-owners.worker.ts', import.meta.url)), 'message')) as [OwnerTables]
    owners = new AddressOwners(tables)
  })
  const words = (address: string) => parseAddress(address)!

  it.each([
    ['8.8.8.8', 15169, 'US'],
    ['2001:4860:4860::8888', 15169, 'US'],
    ['193.0.6.139', 3333, 'NL'],
  ])('know %s', (address, system, country) => {
    expect([owners.systemOf(...words(address)), owners.countryOf(...words(address))]).toEqual([system, country])
  })

  // RFC 6890; at both ends of each network.
  it.each([
    ...[
      '0.0.0.1',
      '10.0.0.0',
      '10.255.255.255',
      '100.64.0.0',
      '100.127.255.255',
      '127.0.0.1',
      '169.254.1.1',
      '172.16.0.0',
      '172.31.255.255',
    ],
    ...[
      '192.0.2.1',
      '192.168.0.0',
      '192.168.255.255',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.7',
      '203.0.113.7',
      '224.0.0.251',
      '255.255.255.255',
    ],
    ...['::', '::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'ff02::fb', '2001:db8::1', '2001:db8:ffff::1', '3fff:fff::1'],
  ])('give %s to nobody', (address) => {
    expect([owners.systemOf(...words(address)), owners.countryOf(...words(address))]).toEqual([0, ''])
  })
})
