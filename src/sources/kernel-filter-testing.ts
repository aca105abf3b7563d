/**
 * Runs inside a network namespace: attaches the programs of filters to AF_PACKET sockets of a device and says how many packets each got.
 *   node kernel-filter-testing.ts DEVICE FILE      FILE: a JSON array of expressions
 * Writes `ready`, waits for a line, writes a JSON array of numbers or faults.
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'
import { isFault, programForDevice } from './packet-filter.ts'

const AF_PACKET = 17
const SOCK_RAW = 3
const ETH_P_ALL = 3
const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26
const SOL_PACKET = 263
const PACKET_STATISTICS = 6

const c = koffi.load(null)
const socket = c.func('int socket(int, int, int)') as (family: number, type: number, protocol: number) => number
const bind = c.func('int bind(int, void *, uint32)') as (fd: number, address: Uint8Array, length: number) => number
const setsockopt = c.func('int setsockopt(int, int, int, void *, uint32)') as (
  fd: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: number,
) => number
const getsockopt = c.func('int getsockopt(int, int, int, void *, void *)') as (
  fd: number,
  level: number,
  option: number,
  value: Uint32Array,
  length: Uint32Array,
) => number
const ifIndex = c.func('uint32 if_nametoindex(str)') as (device: string) => number

function must(status: number, what: string): number {
  if (status < 0) throw new Error(`${what} failed`)
  return status
}

function attached(instructions: Uint8Array, index: number): number {
  const fd = must(socket(AF_PACKET, SOCK_RAW, 0), 'socket')
  // struct sock_fprog: u16 len, then a pointer at its alignment.
  const fprog = new DataView(new ArrayBuffer(16))
  fprog.setUint16(0, instructions.length / 8, true)
  fprog.setBigUint64(8, koffi.address(instructions), true)
  must(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, new Uint8Array(fprog.buffer), 16), 'SO_ATTACH_FILTER')
  // struct sockaddr_ll: family, protocol in network order, interface.
  const address = new DataView(new ArrayBuffer(20))
  address.setUint16(0, AF_PACKET, true)
  address.setUint16(2, ETH_P_ALL, false)
  address.setInt32(4, index, true)
  must(bind(fd, new Uint8Array(address.buffer), 20), 'bind')
  return fd
}

function packetsOf(fd: number): number {
  const statistics = new Uint32Array(2)
  must(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, statistics, Uint32Array.of(8)), 'PACKET_STATISTICS')
  // All that the filter let through, also what found no room: nobody reads these sockets.
  return statistics[0]!
}

const [device, file] = process.argv.slice(2)
const expressions = JSON.parse(readFileSync(file!, 'utf8')) as string[]
const index = ifIndex(device!)
const sockets = expressions.map((expression) => {
  const program = programForDevice(expression, device!)
  return isFault(program) ? program.message : attached(program.instructions, index)
})
process.stdout.write('ready\n')
process.stdin.once('data', () => {
  process.stdout.write(`${JSON.stringify(sockets.map((fd) => (typeof fd === 'string' ? fd : packetsOf(fd))))}\n`)
  process.exit(0)
})
