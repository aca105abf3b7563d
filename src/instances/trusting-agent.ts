/** Connections to one instance. Over TLS nothing is sent before its certificate has been looked at. */
import { Agent, type AgentOptions } from 'node:http'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import type { CertificateShown } from '../lib/instances.ts'

/** The certificate is not accepted; it may be, by its fingerprint. */
export class Untrusted extends Error {
  override readonly name = 'Untrusted'
  readonly offered: CertificateShown
  constructor(message: string, offered: CertificateShown) {
    super(message)
    this.offered = offered
  }
}

export interface Trust {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** The only certificate that is accepted; absent: whatever the system's authorities have signed for the host. */
  readonly certificate?: string | undefined
  readonly timeoutMs: number
}

const OPTIONS: AgentOptions = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }

export class TrustingAgent extends Agent {
  private readonly trust: Trust
  constructor(trust: Trust) {
    super(OPTIONS)
    this.trust = trust
  }

  override createConnection(_options: object, done?: (error: Error | null, socket: Socket) => void): undefined {
    const { trust } = this
    const { host, port, tls, timeoutMs } = trust
    const name = isIP(host) === 0 ? { servername: host } : {}
    // The certificate is judged below, where its fingerprint can speak for it.
    const socket = tls ? connectTls({ host, port, ...name, rejectUnauthorized: false }) : connectTcp({ host, port })
    let isTold = false
    const tell = (error: Error | null) => {
      if (isTold) return
      isTold = true
      socket.setTimeout(0)
      if (error !== null) socket.destroy()
      done?.(error, socket)
    }
    // It outlives `tell`: an error without a listener would end the program.
    socket.on('error', tell)
    socket.on('close', () => tell(new Error('connection closed by the peer')))
    socket.setTimeout(timeoutMs, () => tell(new Error('no answer')))
    socket.once(tls ? 'secureConnect' : 'connect', () => tell(tls ? refusedBy(trust, socket as TLSSocket) : null))
  }
}

function refusedBy({ certificate }: Trust, socket: TLSSocket): Error | null {
  const shown = socket.getPeerCertificate(true)
  if (shown.fingerprint256 === undefined) return new Error('it shows no certificate')
  if (certificate === undefined ? socket.authorized : shown.fingerprint256 === certificate) return null
  const why =
    certificate === undefined
      ? whyNot(socket.authorizationError as Error | string | undefined, shown)
      : 'its certificate is not the one that was accepted'
  return new Untrusted(why, certificateShown(shown))
}

const WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that this machine does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that this machine does not know',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is a clock wrong?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
}
const MAX_TEXT = 200

/** `authorizationError` is an error or only its code, whatever the types say. */
function whyNot(error: Error | string | undefined, shown: DetailedPeerCertificate): string {
  const code = typeof error === 'string' ? error : ((error as NodeJS.ErrnoException | undefined)?.code ?? '')
  const words = WORDS[code] ?? `its certificate cannot be verified (${code})`
  return (code === 'CERT_HAS_EXPIRED' ? `${words} (${shown.valid_to})` : words).slice(0, MAX_TEXT)
}

const certificateShown = ({ fingerprint256, subject, issuer, valid_from, valid_to }: DetailedPeerCertificate): CertificateShown => ({
  fingerprint: fingerprint256,
  subject: nameIn(subject),
  issuer: nameIn(issuer),
  validFrom: valid_from.slice(0, MAX_TEXT),
  validTo: valid_to.slice(0, MAX_TEXT),
})

/** A field of a name may come several times. */
const nameIn = (name: DetailedPeerCertificate['subject'] | undefined): string => String(name?.CN ?? name?.O ?? '').slice(0, MAX_TEXT)
