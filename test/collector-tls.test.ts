/** IPFIX over TLS, into a collector as people start it, from wiretop, from OpenSSL's client, and from who should not. */
import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExporterInfo } from '../src/lib/exporters.ts'
import type { ItemOf } from '../src/lib/fields.ts'
import type { ExportInfo } from '../src/lib/flow-export.ts'
import type { InterfaceInfo, ListAnswer, Totals } from '../src/lib/live.ts'
import { ipfix, set, template, USUAL, usual } from '../src/sources/netflow/netflow-testing.ts'
import { whyMissing } from './processes.ts'
import { freePort, type Product, root, scratchFolder, startProduct, until } from './product.ts'

const CAPTURE = join(root, 'samples/office.pcap')
const NOW_S = Math.floor(Date.now() / 1000)
const T = 256
const folder = scratchFolder()
afterAll(() => folder.dispose())

/** A certificate that has signed itself, and its key: names of files. */
function certificate(name: string, subject: string): { cert: string; key: string } {
  const [cert, key] = [folder.path(`${name}.pem`), folder.path(`${name}.key`)]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, '-subj', `/CN=${name}`, '-addext', `subjectAltName=${subject}`], {
    stdio: 'ignore',
  })
  return { cert, key }
}
const infoOf = async (product: Product) => (await product.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')).interfaces[0]!
const totalsOf = (product: Product) => product.get<Totals>('/api/v1/totals')
const exporterOf = (product: Product, number = 0) => product.get<ExporterInfo>(`/api/v1/exporters/${number}`)
const hasPackets = (product: Product, packets: number) =>
  until(`${packets} packets`, async () => {
    const totals = await totalsOf(product)
    return totals.packets >= packets ? totals : undefined
  })
/** A wiretop that reads the capture and sends its flows on. */
const sender = (to: number, trusted?: string) =>
  startProduct(
    ['-s', '-N', 'edge', '-i', CAPTURE, '-I', `ipfix+tls://127.0.0.1:${to}`],
    trusted === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted },
  )

const whyNot = whyMissing(['openssl', 'softflowd'])
if (whyNot !== undefined) console.log(whyNot)
describe.skipIf(whyNot !== undefined)('IPFIX over TLS', () => {
  const trusted = whyNot === undefined ? certificate('here', 'IP:127.0.0.1') : { cert: '', key: '' }
  let centre: Product
  let port: number
  beforeAll(async () => {
    port = await freePort()
    centre = await startProduct([
      '-s',
      '-N',
      'centre',
      '-i',
      `ipfix+tls://127.0.0.1:${port}?cert=${trusted.cert}&key=${trusted.key}&repeats=all`,
    ])
    await until('it listens', async () => (await infoOf(centre)).state === 'running' || undefined)
  })
  afterAll(() => centre.stop())

  test('what wiretop sends is all there', async () => {
    const edge = await sender(port, trusted.cert)
    try {
      await edge.allRead()
      const seen = await totalsOf(edge)
      // Layer 2 without IP has no flow, so no record tells of it.
      const inFlows = { packets: seen.packets - seen.nonIpPackets, bytes: seen.bytes - seen.nonIpBytes }
      expect(await hasPackets(centre, inFlows.packets)).toMatchObject(inFlows)
      expect(await exporterOf(centre)).toMatchObject({ address: '127.0.0.1', protocol: 'IPFIX', missed: 0, setsUndecoded: 0, faults: {} })
    } finally {
      await edge.stop()
    }
  })

  test('what OpenSSL’s client passes on is all there', async () => {
    const before = await totalsOf(centre)
    const messages = await exported()
    const client = spawn(
      'openssl',
      ['s_client', '-quiet', '-verify_return_error', '-CAfile', trusted.cert, '-connect', `127.0.0.1:${port}`],
      {
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    )
    try {
      for (const message of messages) client.stdin.write(message)
      const { packets, bytes } = await countedByUdp(messages)
      const after = await hasPackets(centre, before.packets + packets)
      expect({ packets: after.packets - before.packets, bytes: after.bytes - before.bytes }).toEqual({ packets, bytes })
    } finally {
      client.kill()
    }
  })

  /** What a wiretop says that may not send there. */
  async function refused(to: number, trustedFile?: string): Promise<ExportInfo> {
    const edge = await sender(to, trustedFile)
    try {
      return await until('it is refused', async () => {
        const { exports } = await edge.get<{ exports: ExportInfo[] }>('/api/v1/exports')
        return exports[0]!.faultCount > 0 ? exports[0] : undefined
      })
    } finally {
      await edge.kill()
    }
  }
  const NOTHING_SENT = { records: 0, peers: 0, dropped: 0 }

  test('a certificate that nobody vouches for is refused in one line, at either end', async () => {
    const before = await infoOf(centre)
    const edge = await refused(port)
    expect(edge).toMatchObject(NOTHING_SENT)
    expect(edge.faults[0]).toMatch(/: its certificate is signed by itself: name it as an authority$/)
    const { collector } = await infoOf(centre)
    expect(collector!.records).toBe(before.collector!.records)
    expect(collector!.sendersRefused).toBeGreaterThan(before.collector!.sendersRefused)
  })

  test('a certificate of another name is refused in one line', async () => {
    const other = certificate('collector.example', 'DNS:collector.example')
    const key = readFileSync(other.key)
    const server = createTlsServer({ cert: readFileSync(other.cert), key }).listen(0, '127.0.0.1')
    let heard = 0
    server.on('secureConnection', (socket) => socket.on('data', ({ length }) => (heard += length)).on('error', () => undefined))
    server.on('tlsClientError', () => undefined)
    await once(server, 'listening')
    const edge = await refused((server.address() as { port: number }).port, other.cert)
    server.close()
    expect(edge).toMatchObject(NOTHING_SENT)
    expect(edge.faults[0]).toMatch(/does not match certificate's altnames/)
    expect(heard).toBe(0)
  })

  test('who does not speak TLS is counted', async () => {
    const before = (await infoOf(centre)).collector!.sendersRefused
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined).resume()
    socket.write(ipfix({ seconds: NOW_S }, set(2, template(T, ...USUAL))))
    await until('it is refused', async () => (await infoOf(centre)).collector!.sendersRefused === before + 1 || undefined)
    socket.destroy()
  })

  test('a connection that is cut is counted, and the next one goes on', async () => {
    const domain = 77
    const say = async (messages: readonly Uint8Array[]) => {
      const socket = connectTls({ port, host: '127.0.0.1', ca: readFileSync(trusted.cert) })
      await once(socket, 'secureConnect')
      for (const message of messages) await new Promise((resolve) => socket.write(message, resolve))
      socket.destroy()
    }
    const known = (sequence: number) => ipfix({ seconds: NOW_S, domain, sequence }, set(2, template(T, ...USUAL)))
    const one = (sequence: number) => ipfix({ seconds: NOW_S, domain, sequence }, set(T, usual()))
    const told = async () => {
      const { items } = await centre.get<ListAnswer<'exporters'>>('/api/v1/exporters')
      const one = (items as readonly ItemOf<'exporters'>[]).find((each) => each.domain === domain)
      return one && (await exporterOf(centre, one.exporterNumber))
    }
    await say([known(0), one(0), one(1).subarray(0, 30)])
    await until('the cut is told', async () => ((await told())?.faults['connection cut within a message'] === 1 ? true : undefined))
    await say([known(1), one(5)])
    const last = await until('the next is counted, and its end is seen', async () => {
      const now = await told()
      return now?.records === 2 && now.templates === 0 ? now : undefined
    })
    expect(last).toMatchObject({ missed: 4, setsWaiting: 0 })
  })

  test('files that are no certificate and no key are refused, each in one line', async () => {
    const wrong = [
      [{ cert: folder.path('none') }, /none: cannot be read \(ENOENT\): give a file in PEM format$/],
      [{ cert: CAPTURE }, /office\.pcap: holds no certificate: give a file in PEM format$/],
      [{ key: CAPTURE }, /office\.pcap: holds no key: give a file in PEM format, without a passphrase$/],
      [{ key: certificate('other', 'IP:127.0.0.1').key }, /other\.key: is not the key of \S+here\.pem: give the one/],
    ] as const
    const endpoints = wrong.map(([files]) => {
      const { cert, key } = { ...trusted, ...files }
      return ['-i', `ipfix+tls://127.0.0.1:${port}?cert=${cert}&key=${key}`]
    })
    const product = await startProduct(['-s', ...endpoints.flat()])
    try {
      await product.allRead()
      const { interfaces } = await product.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')
      expect(interfaces.map(({ failure }) => failure)).toEqual(wrong.map(([, line]) => expect.stringMatching(line)))
    } finally {
      await product.stop()
    }
  })
})

/** IPFIX messages of another program about the capture. */
async function exported(): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = []
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (message) => messages.push(message))
  const softflowd = spawn('softflowd', [
    '-r',
    CAPTURE,
    '-n',
    `127.0.0.1:${socket.address().port}`,
    '-v',
    '10',
    '-d',
    '-c',
    'none',
    '-p',
    folder.path('pid'),
  ])
  await once(softflowd, 'exit')
  await until('something has come', () => messages.length > 1 || undefined)
  socket.close()
  return messages
}
/** What the same messages are where they come as datagrams. */
async function countedByUdp(messages: readonly Uint8Array[]): Promise<Totals> {
  const port = await freePort()
  const product = await startProduct(['-s', '-i', `ipfix://127.0.0.1:${port}`])
  try {
    await until('it listens', async () => (await infoOf(product)).state === 'running' || undefined)
    const socket = createSocket('udp4')
    for (const message of messages) await new Promise((resolve) => socket.send(message, port, '127.0.0.1', resolve))
    socket.close()
    return await until('all is counted', async () => {
      const { datagrams } = (await infoOf(product)).collector!
      const totals = await totalsOf(product)
      return datagrams === messages.length && totals.packets > 0 ? totals : undefined
    })
  } finally {
    await product.stop()
  }
}
