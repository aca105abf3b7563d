/** Frames as tests need them: Ethernet, IPv4, and UDP or TCP with a payload of bytes or text. Checksums are left out: nobody here looks at them. */
import { joinBytes, type PcapPacket, pcapBytes } from '../src/sources/pcap-writer.ts'

export interface End {
  readonly ip: string
  readonly port: number
}

const ETHERNET = 1
const TCP = 6
const UDP = 17
const STEP_MS = 20

const u16 = (n: number) => [n >> 8, n & 255]
const u32 = (n: number) => [...u16(n >>> 16), ...u16(n & 0xffff)]
const address = (ip: string) => ip.split('.').map(Number)
const bytesOf = (payload: string | Uint8Array) => (typeof payload === 'string' ? new TextEncoder().encode(payload) : payload)
/** One card a host. */
const mac = (ip: string) => [2, 0, ...address(ip)]

function ipv4(from: End, to: End, protocol: number, body: Uint8Array): Uint8Array {
  const header = [0x45, 0, ...u16(20 + body.length), 0, 1, 0x40, 0, 64, protocol, 0, 0, ...address(from.ip), ...address(to.ip)]
  return joinBytes([Uint8Array.from([...mac(to.ip), ...mac(from.ip), 0x08, 0x00, ...header]), body])
}

export function udp(from: End, to: End, payload: string | Uint8Array): Uint8Array {
  const body = bytesOf(payload)
  return ipv4(from, to, UDP, joinBytes([Uint8Array.from([...u16(from.port), ...u16(to.port), ...u16(8 + body.length), 0, 0]), body]))
}

export const SYN = 2
export const SYN_ACK = 18
export const ACK = 16
export const PSH_ACK = 24
export const FIN_ACK = 17

export function tcp(from: End, to: End, flags: number, seq: number, ack: number, payload: string | Uint8Array = ''): Uint8Array {
  const header = [...u16(from.port), ...u16(to.port), ...u32(seq), ...u32(ack), 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]
  return ipv4(from, to, TCP, joinBytes([Uint8Array.from(header), bytesOf(payload)]))
}

/** A connection in which the client says one thing, the server another, and both leave. */
export function conversation(client: End, server: End, says: string, answers: string): Uint8Array[] {
  const [asked, answered] = [1 + says.length, 1 + answers.length]
  return [
    tcp(client, server, SYN, 0, 0),
    tcp(server, client, SYN_ACK, 0, 1),
    tcp(client, server, PSH_ACK, 1, 1, says),
    tcp(server, client, PSH_ACK, 1, asked, answers),
    tcp(client, server, FIN_ACK, asked, answered),
    tcp(server, client, FIN_ACK, answered, asked + 1),
    tcp(client, server, ACK, asked + 1, answered + 1),
  ]
}

/** A DNS query, or with an address its answer (RFC 1035). The name's labels are taken as they are. */
export function dns(name: string, id: number, answer?: string): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...bytesOf(label)])
  const question = [...labels, 0, 0, 1, 0, 1]
  const head = [
    ...u16(id),
    answer === undefined ? 1 : 0x81,
    answer === undefined ? 0 : 0x80,
    0,
    1,
    0,
    answer === undefined ? 0 : 1,
    0,
    0,
    0,
    0,
  ]
  const record = answer === undefined ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address(answer)]
  return Uint8Array.from([...head, ...question, ...record])
}

/** A DHCP request with a host name (RFC 2131, option 12). */
export function dhcpRequest(ip: string, hostName: string): Uint8Array {
  const fixed = new Uint8Array(236)
  fixed.set([1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78])
  fixed.set(address(ip), 12)
  fixed.set(mac(ip), 28)
  const name = bytesOf(hostName)
  return joinBytes([fixed, Uint8Array.from([0x63, 0x82, 0x53, 0x63, 53, 1, 3, 12, name.length, ...name, 50, 4, ...address(ip), 255])])
}

export const capture = (frames: readonly Uint8Array[], fromMs = 1_700_000_000_000): Uint8Array =>
  pcapBytes(
    { linkType: ETHERNET },
    frames.map((data, i): PcapPacket => ({ tsMs: fromMs + i * STEP_MS, data })),
  )
