import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type ChannelEvents, inWords, type OpenChannel } from './channel.ts'

export interface Peer {
  readonly host: string
  readonly port: number
}

/** Contents of PEM files, not their names. Without `ca` the system's authorities are trusted. */
export interface TlsOptions {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The name that the certificate must have; the host's when left out. */
  readonly serverName?: string | undefined
}

const CONNECT_MS = 10_000
const KEEP_ALIVE_MS = 30_000

export const openTcp =
  ({ host, port }: Peer): OpenChannel<Uint8Array> =>
  (events) =>
    streamChannel(connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true }), 'connect', events)

export const openTls =
  ({ host, port }: Peer, { ca, cert, key, serverName }: TlsOptions): OpenChannel<Uint8Array> =>
  (events) => {
    const given = {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(serverName !== undefined && { servername: serverName }),
    }
    const socket = connectTls({ host, port, ...given })
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    return streamChannel(socket, 'secureConnect', events)
  }

function streamChannel(socket: Socket, ready: 'connect' | 'secureConnect', events: ChannelEvents): ReturnType<OpenChannel<Uint8Array>> {
  let why = 'closed by the peer'
  const timer = setTimeout(() => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })), CONNECT_MS)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.once(ready, () => {
    clearTimeout(timer)
    events.opened()
  })
  socket.on('error', (error) => {
    why = inWords(error)
  })
  socket.once('close', () => {
    clearTimeout(timer)
    events.lost(why)
  })
  // A collector says nothing; whatever it says is let go, and its end is ours.
  socket.resume()
  return {
    write: (payload, done) => {
      socket.write(payload, (error) => {
        if (error == null) done()
      })
    },
    close: () => {
      if (socket.writableLength === 0) socket.end()
      else socket.destroy()
      // Whoever does not answer the end is not waited for.
      const giveUp = setTimeout(() => socket.destroy(), 1000)
      return closed.then(() => clearTimeout(giveUp))
    },
  }
}

/** One datagram a payload. What the path refuses is dropped, one by one; the socket stays. */
export const openUdp =
  ({ host, port }: Peer): OpenChannel<Uint8Array> =>
  (events) => {
    let socket: ReturnType<typeof createSocket> | undefined
    let isClosed = false
    lookup(host, (error, address, family) => {
      if (isClosed) return
      if (error !== null) return events.lost(inWords(error))
      const opened = createSocket(family === 6 ? 'udp6' : 'udp4')
      socket = opened
      opened.on('error', (failure) => {
        socket = undefined
        opened.close()
        events.lost(inWords(failure))
      })
      // Only a connected socket hears that nobody listens (ICMP), and its address is looked up once.
      opened.connect(port, address, () => events.opened())
    })
    return {
      write: (payload, done) => {
        socket?.send(payload, (error) => done(error === null || error === undefined ? undefined : new Error(inWords(error))))
      },
      close: () => {
        isClosed = true
        return new Promise((resolve) => (socket === undefined ? resolve() : socket.close(() => resolve())))
      },
    }
  }
