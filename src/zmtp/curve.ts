/** CurveZMQ (RFC 26): each end proves its long-term key, and keys of this connection alone close the boxes. */
import { randomFillSync } from 'node:crypto'
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { commandBody, readCommand, readMetadata } from './commands.ts'
import { FRAME_COMMAND, FRAME_MORE, frameLength, putFrameHead } from './frames.ts'
import { errorStep, type Mechanism, type Opened, properties, type SocketType, type Step } from './mechanism.ts'
import { KEY_BYTES } from './z85.ts'

/** With `serverKey` we are the client; with `secretKey` alone, the server. A client without a key of its own makes one. */
export interface CurveOptions {
  readonly serverKey?: Uint8Array | undefined
  readonly secretKey?: Uint8Array | undefined
}

export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

const TAG = 16
const NONCE = 24
const SHORT_NONCE = 8
const LONG_NONCE = 16
const COOKIE = 96
const VOUCH = LONG_NONCE + TAG + 2 * KEY_BYTES
const VERSION = 2
const HELLO_PADDING = 72
const HELLO = VERSION + HELLO_PADDING + KEY_BYTES + SHORT_NONCE + TAG + 64
const WELCOME = LONG_NONCE + TAG + KEY_BYTES + COOKIE
/** \x07MESSAGE and the nonce, in front of each box. */
const MESSAGE_HEAD = 8 + SHORT_NONCE
/** Flags of a message, inside its box. */
const BOX_MORE = 1
const BOX_COMMAND = 2
const SIGMA = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574)

export const publicKeyOf = (secretKey: Uint8Array): Uint8Array => x25519.getPublicKey(secretKey)
export function newKeyPair(): KeyPair {
  const secretKey = randomFillSync(new Uint8Array(KEY_BYTES))
  return { secretKey, publicKey: publicKeyOf(secretKey) }
}

/** What two key pairs have in common; undefined: the other's key is none (a point of low order). */
function sharedKey(theirs: Uint8Array, mine: Uint8Array): Uint8Array | undefined {
  try {
    const point = x25519.getSharedSecret(mine, theirs)
    const key = new Uint32Array(8)
    hsalsa(SIGMA, new Uint32Array(point.slice().buffer), new Uint32Array(4), key)
    return new Uint8Array(key.buffer)
  } catch {
    return undefined
  }
}

const seal = (key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array => xsalsa20poly1305(key, nonce).encrypt(plain)
function unseal(key: Uint8Array, nonce: Uint8Array, box: Uint8Array): Uint8Array | undefined {
  try {
    return xsalsa20poly1305(key, nonce).decrypt(box)
  } catch {
    return undefined
  }
}

function nonceOf(prefix: string, rest: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(NONCE)
  nonce.set(Buffer.from(prefix))
  nonce.set(rest, NONCE - rest.length)
  return nonce
}
const random = (bytes: number): Uint8Array => randomFillSync(new Uint8Array(bytes))
const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Counts from 1; a number is used once a key. */
class ShortNonce {
  private count = 0
  readonly bytes = new Uint8Array(SHORT_NONCE)
  private readonly view = new DataView(this.bytes.buffer)

  next(): Uint8Array {
    this.count++
    this.view.setUint32(0, Math.floor(this.count / 0x1_0000_0000))
    this.view.setUint32(4, this.count >>> 0)
    return this.bytes
  }
}

/** The two halves differ in the handshake alone. */
abstract class Curve implements Mechanism {
  readonly name = 'CURVE'
  abstract readonly isServer: boolean
  protected readonly type: SocketType
  protected readonly short = newKeyPair()
  protected readonly nonces = new ShortNonce()
  /** Of both short-term keys: closes all boxes after the handshake. */
  protected key: Uint8Array | undefined
  private lastHeard = 0
  private readonly ownNonce = new Uint8Array(NONCE)
  private readonly peerNonce = new Uint8Array(NONCE)

  constructor(type: SocketType, ownPrefix: string, peerPrefix: string) {
    this.type = type
    this.ownNonce.set(Buffer.from(ownPrefix))
    this.peerNonce.set(Buffer.from(peerPrefix))
  }

  abstract begin(): Step
  abstract hear(body: Uint8Array): Step

  message(parts: readonly Uint8Array[]): Uint8Array {
    let length = 0
    for (const part of parts) length += frameLength(MESSAGE_HEAD + TAG + 1 + part.length)
    const bytes = Buffer.allocUnsafe(length)
    let at = 0
    for (const [n, part] of parts.entries()) at = this.putBox(bytes, at, n < parts.length - 1 ? BOX_MORE : 0, part)
    return bytes
  }

  command(body: Uint8Array): Uint8Array {
    const bytes = Buffer.allocUnsafe(frameLength(MESSAGE_HEAD + TAG + 1 + body.length))
    this.putBox(bytes, 0, BOX_COMMAND, body)
    return bytes
  }

  private putBox(to: Uint8Array, from: number, flags: number, part: Uint8Array): number {
    const plain = new Uint8Array(1 + part.length)
    plain[0] = flags
    plain.set(part, 1)
    const short = this.nonces.next()
    this.ownNonce.set(short, NONCE - SHORT_NONCE)
    const box = seal(this.key!, this.ownNonce, plain)
    const at = putFrameHead(to, from, 0, MESSAGE_HEAD + box.length)
    to.set(MESSAGE_NAME, at)
    to.set(short, at + MESSAGE_NAME.length)
    to.set(box, at + MESSAGE_HEAD)
    return at + MESSAGE_HEAD + box.length
  }

  open(body: Uint8Array): Opened | undefined {
    if (body.length < MESSAGE_HEAD + TAG + 1 || !isSame(body.subarray(0, MESSAGE_NAME.length), MESSAGE_NAME)) return undefined
    const short = body.subarray(MESSAGE_NAME.length, MESSAGE_HEAD)
    if (!this.isNext(short)) return undefined
    this.peerNonce.set(short, NONCE - SHORT_NONCE)
    const plain = unseal(this.key!, this.peerNonce, body.subarray(MESSAGE_HEAD))
    if (plain === undefined) return undefined
    const flags = ((plain[0]! & BOX_MORE) !== 0 ? FRAME_MORE : 0) | ((plain[0]! & BOX_COMMAND) !== 0 ? FRAME_COMMAND : 0)
    return { flags, bytes: plain.subarray(1) }
  }

  /** A number that is not above the last one was sent before. */
  protected isNext(short: Uint8Array): boolean {
    const view = new DataView(short.buffer, short.byteOffset)
    const count = view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4)
    if (count <= this.lastHeard) return false
    this.lastHeard = count
    return true
  }
}

const MESSAGE_NAME = commandBody('MESSAGE')

const CLIENT_PREFIX = 'CurveZMQMESSAGEC'
const SERVER_PREFIX = 'CurveZMQMESSAGES'
const UNOPENED = { fault: 'sent a box that does not open: the keys do not fit' }

class CurveClient extends Curve {
  readonly isServer = false
  private readonly serverKey: Uint8Array
  private readonly long: KeyPair
  private helloKey: Uint8Array | undefined

  constructor(type: SocketType, serverKey: Uint8Array, secretKey: Uint8Array | undefined) {
    super(type, CLIENT_PREFIX, SERVER_PREFIX)
    this.serverKey = serverKey
    this.long = secretKey === undefined ? newKeyPair() : { secretKey, publicKey: publicKeyOf(secretKey) }
  }

  begin(): Step {
    this.helloKey = sharedKey(this.serverKey, this.short.secretKey)
    if (this.helloKey === undefined) return { fault: 'has a server key that is none' }
    const short = this.nonces.next()
    const box = seal(this.helloKey, nonceOf('CurveZMQHELLO---', short), new Uint8Array(64))
    return { say: commandBody('HELLO', Uint8Array.of(1, 0), new Uint8Array(HELLO_PADDING), this.short.publicKey, short, box) }
  }

  hear(body: Uint8Array): Step {
    const command = readCommand(body, 0, body.length)
    if (command?.name === 'ERROR') return errorStep(command.data)
    if (command?.name === 'WELCOME' && this.key === undefined) return this.initiate(command.data)
    if (command?.name === 'READY' && this.key !== undefined) return this.ready(command.data)
    return { fault: 'said something else than WELCOME or READY' }
  }

  private initiate(data: Uint8Array): Step {
    const welcome =
      data.length === WELCOME
        ? unseal(this.helloKey!, nonceOf('WELCOME-', data.subarray(0, LONG_NONCE)), data.subarray(LONG_NONCE))
        : undefined
    if (welcome === undefined) return UNOPENED
    const serverShort = welcome.slice(0, KEY_BYTES)
    this.key = sharedKey(serverShort, this.short.secretKey)
    const vouchKey = sharedKey(serverShort, this.long.secretKey)
    if (this.key === undefined || vouchKey === undefined) return UNOPENED
    const vouchNonce = random(LONG_NONCE)
    const vouch = seal(vouchKey, nonceOf('VOUCH---', vouchNonce), join(this.short.publicKey, this.serverKey))
    const short = this.nonces.next()
    const plain = join(this.long.publicKey, vouchNonce, vouch, properties(this.type))
    return { say: commandBody('INITIATE', welcome.subarray(KEY_BYTES), short, seal(this.key, nonceOf('CurveZMQINITIATE', short), plain)) }
  }

  private ready(data: Uint8Array): Step {
    if (data.length < SHORT_NONCE + TAG || !this.isNext(data.subarray(0, SHORT_NONCE))) return UNOPENED
    const plain = unseal(this.key!, nonceOf('CurveZMQREADY---', data.subarray(0, SHORT_NONCE)), data.subarray(SHORT_NONCE))
    const peer = plain === undefined ? undefined : readMetadata(plain)
    return peer === undefined ? UNOPENED : { peer }
  }
}

class CurveServer extends Curve {
  readonly isServer = true
  private readonly long: KeyPair
  private clientShort: Uint8Array | undefined
  /** RFC 26 lets a server forget clients between WELCOME and INITIATE; ours remembers, so the cookie says nothing. */
  private readonly cookie = random(COOKIE)

  constructor(type: SocketType, secretKey: Uint8Array) {
    super(type, SERVER_PREFIX, CLIENT_PREFIX)
    this.long = { secretKey, publicKey: publicKeyOf(secretKey) }
  }

  begin(): Step {
    return {}
  }

  hear(body: Uint8Array): Step {
    const command = readCommand(body, 0, body.length)
    if (command?.name === 'ERROR') return errorStep(command.data)
    if (command?.name === 'HELLO' && this.clientShort === undefined) return this.welcome(command.data)
    if (command?.name === 'INITIATE' && this.clientShort !== undefined) return this.ready(command.data)
    return { fault: 'said something else than HELLO or INITIATE' }
  }

  private welcome(data: Uint8Array): Step {
    if (data.length !== HELLO || data[0] !== 1) return UNOPENED
    const keyAt = VERSION + HELLO_PADDING
    const boxAt = keyAt + KEY_BYTES + SHORT_NONCE
    const clientShort = data.slice(keyAt, keyAt + KEY_BYTES)
    const short = data.subarray(boxAt - SHORT_NONCE, boxAt)
    const helloKey = sharedKey(clientShort, this.long.secretKey)
    if (helloKey === undefined || !this.isNext(short)) return UNOPENED
    if (unseal(helloKey, nonceOf('CurveZMQHELLO---', short), data.subarray(boxAt)) === undefined) return UNOPENED
    this.clientShort = clientShort
    this.key = sharedKey(clientShort, this.short.secretKey)
    const nonce = random(LONG_NONCE)
    return { say: commandBody('WELCOME', nonce, seal(helloKey, nonceOf('WELCOME-', nonce), join(this.short.publicKey, this.cookie))) }
  }

  private ready(data: Uint8Array): Step {
    const boxAt = COOKIE + SHORT_NONCE
    if (data.length < boxAt + TAG || !isSame(data.subarray(0, COOKIE), this.cookie)) return UNOPENED
    const short = data.subarray(COOKIE, boxAt)
    if (this.key === undefined || !this.isNext(short)) return UNOPENED
    const plain = unseal(this.key, nonceOf('CurveZMQINITIATE', short), data.subarray(boxAt))
    if (plain === undefined || plain.length < KEY_BYTES + VOUCH || !this.isVouchedFor(plain)) return UNOPENED
    const peer = readMetadata(plain.subarray(KEY_BYTES + VOUCH))
    if (peer === undefined) return UNOPENED
    const own = this.nonces.next()
    return { say: commandBody('READY', own, seal(this.key, nonceOf('CurveZMQREADY---', own), properties(this.type))), peer }
  }

  /** The client's long-term key has closed a box with its short-term one and our own in it. */
  private isVouchedFor(plain: Uint8Array): boolean {
    const key = sharedKey(plain.slice(0, KEY_BYTES), this.short.secretKey)
    const nonce = plain.subarray(KEY_BYTES, KEY_BYTES + LONG_NONCE)
    const box = plain.subarray(KEY_BYTES + LONG_NONCE, KEY_BYTES + VOUCH)
    const vouch = key === undefined ? undefined : unseal(key, nonceOf('VOUCH---', nonce), box)
    return vouch !== undefined && isSame(vouch, join(this.clientShort!, this.long.publicKey))
  }
}

export function curveMechanism(type: SocketType, { serverKey, secretKey }: CurveOptions): Mechanism {
  return serverKey === undefined ? new CurveServer(type, secretKey ?? newKeyPair().secretKey) : new CurveClient(type, serverKey, secretKey)
}
