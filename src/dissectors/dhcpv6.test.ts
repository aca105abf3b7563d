import { expect, test } from 'vitest'
import dhcpv6 from './dhcpv6.ts'
import { Exclude, Match } from './dissector.ts'
import { u16 } from './dns-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const option = (code: number, data: Uint8Array) => concat(u16(code), u16(data.length), data)
const ends = { clientPort: 546, serverPort: 547 }
const fqdn = option(39, concat(hex('00 06'), latin1('Laptop'), hex('03'), latin1('lan'), hex('00')))
const duid = option(1, hex('0001000128f5d3f6020000000c01'))
const solicit = concat(hex('01 123456'), duid, fqdn)

test('a solicit tells name and DUID', () => {
  expect(show(dhcpv6, [fromClient(solicit)], ends)).toMatchObject({
    verdict: Match,
    bad: false,
    info: 'solicit Laptop.lan',
    fields: { messageType: 'solicit', hostName: 'Laptop.lan', clientId: '0001000128f5d3f6020000000c01' },
  })
})
test('a reply names the address that it assigns', () => {
  const address = hex('20010db8000000000000000000000042')
  const reply = concat(hex('07 123456'), option(3, concat(new Uint8Array(12), option(5, concat(address, new Uint8Array(8))))), fqdn)
  const said = show(dhcpv6, [fromServer(reply)], ends)
  expect(said.fields['assignedAddress']).toBe('2001:db8::42')
  expect(said.names).toEqual([{ end: '20010db8000000000000000000000042', name: 'Laptop.lan', from: 'dhcp' }])
})
test('a relayed message is read', () => {
  const relay = concat(hex('0c 00'), new Uint8Array(32), option(9, solicit))
  expect(show(dhcpv6, [fromClient(relay)], { clientPort: 547, serverPort: 547 }).fields).toMatchObject({
    messageType: 'solicit',
    hostName: 'Laptop.lan',
  })
})
test('relays within relays end', () => {
  let relay = solicit
  for (let i = 0; i < 20; i++) relay = concat(hex('0c 00'), new Uint8Array(32), option(9, relay))
  expect(show(dhcpv6, [fromClient(relay)], ends).fields['hostName']).toBeUndefined()
})
test('not off its ports, not with options that do not fill it', () => {
  expect(show(dhcpv6, [fromClient(solicit)], { serverPort: 5000 }).verdict).toBe(Exclude)
  expect(show(dhcpv6, [fromClient(solicit.subarray(0, solicit.length - 1))], ends).verdict).toBe(Exclude)
  expect(show(dhcpv6, [fromClient(concat(solicit, hex('00')))], ends).verdict).toBe(Exclude)
})
