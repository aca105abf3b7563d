import type { RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Varbind } from 'net-snmp'
import { desDecrypt, desEncrypt, type Sealed } from './snmp-des.ts'
import { type GuardFault, SnmpGuard } from './snmp-guard.ts'
import type { SnmpAccess, SnmpUser } from './snmp-settings.ts'

type Library = typeof import('net-snmp')
/** Asked again once (RFC 1157 leaves it to us). */
const RETRIES = 1
/** Datagrams of one session: all rows, one a datagram. */
const MAX_ANSWERS = 8192
/** The library keeps a key of each user, protocol and engine. */
const MAX_KEYS = 4096

/** Why an agent gave nothing; few constant texts, which hold no secret and nothing that came. */
export type SnmpFault =
  | GuardFault
  | 'no answer'
  | 'not reachable'
  | 'user or key refused'
  | 'an answer that cannot be read'
  | 'question refused'
  | 'answer too big'
export class SnmpError extends Error {
  readonly fault: SnmpFault
  constructor(fault: SnmpFault) {
    super(fault)
    this.fault = fault
  }
}

/** What is asked of one agent. */
export interface SnmpAgent {
  /** For each OID those that follow it, at most so many; both may be fewer. Rejects with an SnmpError. */
  bulk(oids: readonly string[], repetitions: number): Promise<readonly (readonly Varbind[])[]>
  get(oids: readonly string[]): Promise<readonly Varbind[]>
}

let loaded: Promise<Library> | undefined
const library = (): Promise<Library> => (loaded ??= load())
async function load(): Promise<Library> {
  const snmp = await import('net-snmp')
  useOurDes(snmp)
  return snmp
}

/** What the library's types leave out of its ciphers. */
interface Cipher {
  encryptPdu(pdu: Buffer, priv: number, key: string, auth: number, engine: { engineID: Buffer; engineBoots: number }): Sealed
  decryptPdu(encrypted: Buffer, priv: number, salt: Buffer, key: string, auth: number, engine: { engineID: Buffer }): Buffer
}

/** The library asks OpenSSL for DES. */
function useOurDes({ Authentication, Encryption, PrivProtocols }: Library): void {
  const keyOf = Authentication.passwordToKey as unknown as (auth: number, key: string, engineID: Buffer) => Buffer
  const des = (Encryption.algorithms as unknown as Record<number, Cipher>)[PrivProtocols.des]!
  des.encryptPdu = (pdu, _, key, auth, { engineID, engineBoots }) => desEncrypt(pdu, keyOf(auth, key, engineID), engineBoots)
  des.decryptPdu = (encrypted, _, salt, key, auth, { engineID }) => desDecrypt(encrypted, keyOf(auth, key, engineID), salt)
}

/** Opens a session with an agent, hands it over, and closes it: at the end, when `signal` aborts, or when more came than can be of use. Rejects with an SnmpError. */
export async function withSnmpAgent<T>(
  address: string,
  access: SnmpAccess,
  signal: AbortSignal,
  use: (agent: SnmpAgent) => Promise<T>,
): Promise<T> {
  const session = new Session(await library(), address, access)
  const close = () => session.close()
  if (signal.aborted) close()
  signal.addEventListener('abort', close, { once: true })
  try {
    return await use(session)
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}

/** The library's session behind a guard: nothing that comes throws, or is taken from another than who was asked. */
class Session implements SnmpAgent {
  private readonly snmp: Library
  private readonly session: InstanceType<Library['Session']>
  private readonly guard: SnmpGuard
  private readonly address: string
  private readonly port: number
  private answers = 0
  private isOpen = true
  /** Of the question that is open: the library forgets some when its socket fails. */
  private giveUp: (() => void) | undefined
  /** What the guard has refused says more than silence. */
  private refused: GuardFault | undefined

  constructor(snmp: Library, address: string, access: SnmpAccess) {
    this.snmp = snmp
    this.address = address
    this.port = access.port
    this.guard = new SnmpGuard(access)
    boundKeys(snmp)
    const mayRead = (datagram: Uint8Array, from: RemoteInfo) => this.mayRead(datagram, from)
    class Guarded extends snmp.Session {
      // The library hands over what its socket does.
      override onMsg(datagram: Buffer, from?: RemoteInfo): void {
        try {
          if (from !== undefined && mayRead(datagram, from)) super.onMsg(datagram)
        } catch {
          // What it did not foresee; the question goes unanswered.
        }
      }
    }
    const { credentials } = access
    const options = {
      port: access.port,
      retries: RETRIES,
      timeout: access.timeoutMs,
      transport: isIPv6(address) ? 'udp6' : 'udp4',
    } as const
    this.session =
      credentials.version === '3'
        ? new Guarded(address, userOf(snmp, credentials), { ...options, version: snmp.Version3, context: credentials.context })
        : new Guarded(address, credentials.community, { ...options, version: snmp.Version2c })
    this.session.on('error', () => undefined)
  }

  private mayRead(datagram: Uint8Array, from: RemoteInfo): boolean {
    if (!this.isOpen || from.port !== this.port || from.address.replace(/%.*$/, '') !== this.address) return false
    if (++this.answers > MAX_ANSWERS) {
      this.close()
      return false
    }
    const fault = this.guard.check(datagram)
    this.refused = fault ?? this.refused
    return fault === undefined
  }

  bulk(oids: readonly string[], repetitions: number): Promise<readonly (readonly Varbind[])[]> {
    return this.ask((done) => this.session.getBulk([...oids], 0, repetitions, done)) as Promise<readonly (readonly Varbind[])[]>
  }
  get(oids: readonly string[]): Promise<readonly Varbind[]> {
    return this.ask((done) => this.session.get([...oids], done)) as Promise<readonly Varbind[]>
  }

  private ask(put: (done: (error: Error | null, answer?: readonly unknown[]) => void) => void): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      this.giveUp = () => reject(new SnmpError(this.refused ?? 'no answer'))
      if (!this.isOpen) return this.giveUp()
      put((error, answer) => (error === null && answer !== undefined ? resolve(answer) : reject(new SnmpError(this.faultOf(error)))))
    })
  }

  private faultOf(error: unknown): SnmpFault {
    const { RequestFailedError, ResponseInvalidError, ResponseInvalidCode, ErrorStatus } = this.snmp
    if (error instanceof ResponseInvalidError)
      return error.code === ResponseInvalidCode.EAuthFailure ? 'user or key refused' : 'an answer that cannot be read'
    if (error instanceof RequestFailedError) return error.status === ErrorStatus.TooBig ? 'answer too big' : 'question refused'
    if ((error as NodeJS.ErrnoException | null)?.code !== undefined) return 'not reachable'
    return (
      this.refused ??
      ((error as Error | null)?.name === 'RequestTimedOutError' || !this.isOpen ? 'no answer' : 'an answer that cannot be read')
    )
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.session.close()
    this.giveUp?.()
  }
}

function userOf(snmp: Library, { user, level, auth, authKey, priv, privKey }: SnmpUser) {
  const { AuthProtocols, PrivProtocols, SecurityLevel } = snmp
  const protocols = {
    MD5: AuthProtocols.md5,
    SHA: AuthProtocols.sha,
    'SHA-224': AuthProtocols.sha224,
    'SHA-256': AuthProtocols.sha256,
    'SHA-384': AuthProtocols.sha384,
    'SHA-512': AuthProtocols.sha512,
  }
  return {
    name: user,
    level: SecurityLevel[level],
    ...(level !== 'noAuthNoPriv' && { authProtocol: protocols[auth], authKey }),
    ...(level === 'authPriv' && { privProtocol: priv === 'DES' ? PrivProtocols.des : PrivProtocols.aes, privKey }),
  }
}

function boundKeys({ Authentication }: Library): void {
  const keys = (Authentication as unknown as { authToKeyCache: Record<string, unknown> }).authToKeyCache
  if (Object.keys(keys).length <= MAX_KEYS) return
  for (const key of Object.keys(keys)) delete keys[key]
}
