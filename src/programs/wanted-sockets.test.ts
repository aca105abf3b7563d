import { expect, test } from 'vitest'
import { parseAddress } from '../wire/address.ts'
import { SocketRecord } from './socket-record.ts'
import { wantedOf } from './testing.ts'
import { BOUND_TO_ADDRESS, BOUND_TO_PORT, CONNECTED, MAX_CANDIDATES, NO_SOCKET, WantedSockets } from './wanted-sockets.ts'

const socket = (proto: number, local: string, localPort: number, remote: string, remotePort: number, inode = 5, v6Only = false) =>
  Object.assign(new SocketRecord(), {
    proto,
    local: Int32Array.from(parseAddress(local)!),
    remote: Int32Array.from(parseAddress(remote)!),
    localPort,
    remotePort,
    inode,
    v6Only,
    uid: 33,
  })
const HTTPS = { proto: 6, local: '10.0.0.1', localPort: 443, remote: '192.0.2.9', remotePort: 50_000 }
const DNS6 = { proto: 17, local: '2001:db8::1', localPort: 53, remote: '2001:db8::9', remotePort: 50_000 }

test.each([
  ['the connection', HTTPS, socket(6, '10.0.0.1', 443, '192.0.2.9', 50_000), CONNECTED],
  ['another protocol', HTTPS, socket(17, '10.0.0.1', 443, '192.0.2.9', 50_000), NO_SOCKET],
  ['another remote port', HTTPS, socket(6, '10.0.0.1', 443, '192.0.2.9', 50_001), NO_SOCKET],
  ['another remote address', HTTPS, socket(6, '10.0.0.1', 443, '192.0.2.8', 50_000), NO_SOCKET],
  ['the other end', HTTPS, socket(6, '192.0.2.9', 50_000, '10.0.0.1', 443), NO_SOCKET],
  ['a listener on the address', HTTPS, socket(6, '10.0.0.1', 443, '0.0.0.0', 0), BOUND_TO_ADDRESS],
  ['a listener on another address', HTTPS, socket(6, '127.0.0.1', 443, '0.0.0.0', 0), NO_SOCKET],
  ['a listener on any address', HTTPS, socket(6, '0.0.0.0', 443, '0.0.0.0', 0), BOUND_TO_PORT],
  ['a listener on any address of both families', HTTPS, socket(6, '::', 443, '::', 0), BOUND_TO_PORT],
  ['a listener on any address of IPv6 alone', HTTPS, socket(6, '::', 443, '::', 0, 5, true), NO_SOCKET],
  ['IPv6 on any address of IPv6 alone', DNS6, socket(17, '::', 53, '::', 0, 5, true), BOUND_TO_PORT],
  ['IPv6 on any address of IPv4', DNS6, socket(17, '0.0.0.0', 53, '0.0.0.0', 0), NO_SOCKET],
  ['a socket that nobody holds', HTTPS, socket(6, '10.0.0.1', 443, '192.0.2.9', 50_000, 0), NO_SOCKET],
])('%s', (_, ends, offered, rank) => {
  const wanted = new WantedSockets(wantedOf(DNS6, ends, HTTPS))
  wanted.offer(offered)
  expect(wanted.rank[1]).toBe(rank)
  expect(wanted.inodes[MAX_CANDIDATES]).toBe(rank === NO_SOCKET ? 0 : 5)
})

test('the better fit stays, equal ones stand side by side, each once', () => {
  const wanted = new WantedSockets(wantedOf(HTTPS))
  const candidates = () => [...wanted.inodes]
  wanted.offer(socket(6, '0.0.0.0', 443, '0.0.0.0', 0, 1))
  wanted.offer(socket(6, '::', 443, '::', 0, 2))
  wanted.offer(socket(6, '::', 443, '::', 0, 2))
  expect(candidates()).toEqual([1, 2, 0, 0])
  for (const inode of [3, 4, 5, 6]) wanted.offer(socket(6, '::', 443, '::', 0, inode))
  expect(candidates()).toEqual([1, 2, 3, 4])
  wanted.offer(socket(6, '10.0.0.1', 443, '192.0.2.9', 50_000, 9))
  wanted.offer(socket(6, '::', 443, '::', 0, 10))
  expect(candidates()).toEqual([9, 0, 0, 0])
  expect([wanted.rank[0], wanted.uid[0]]).toEqual([CONNECTED, 33])
})

test('nothing is wanted', () => {
  const wanted = new WantedSockets(new Uint32Array(0))
  wanted.offer(socket(6, '0.0.0.0', 443, '0.0.0.0', 0))
  wanted.offer(socket(6, '10.0.0.1', 443, '192.0.2.9', 50_000))
  expect(wanted.count).toBe(0)
})
