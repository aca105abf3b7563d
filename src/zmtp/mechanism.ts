import { commandBody, errorReason, metadataBytes, readCommand, readMetadata } from './commands.ts'
import { FRAME_COMMAND, frameBytes, messageBytes } from './frames.ts'
import type { MechanismName } from './greeting.ts'

export type SocketType = 'SUB' | 'PUB'

/** One step of a handshake: what is to be said, the peer's properties when it is over, or why it failed. */
export interface Step {
  /** Body of a command. */
  readonly say?: Uint8Array
  readonly peer?: ReadonlyMap<string, string>
  readonly fault?: string
}

/** How two peers come to trust each other, and what their frames look like then. One for each connection. */
export interface Mechanism {
  readonly name: MechanismName
  readonly isServer: boolean
  /** When the greetings have been exchanged. */
  begin(): Step
  /** A command of the peer, during the handshake. */
  hear(body: Uint8Array): Step
  /** Frames of a message, as they go over the wire. */
  message(parts: readonly Uint8Array[]): Uint8Array
  command(body: Uint8Array): Uint8Array
  /** What a frame holds, where frames are closed boxes; undefined: it was not made by the peer. */
  readonly open: ((body: Uint8Array) => Opened | undefined) | undefined
}

/** `flags` are FRAME_ bits. */
export interface Opened {
  readonly flags: number
  readonly bytes: Uint8Array
}

const PLAIN_PEERS = { SUB: ['PUB', 'XPUB'], PUB: ['SUB', 'XSUB'] } as const

/** What the other end has to be, and is not. */
export function peerFault(own: SocketType, peer: ReadonlyMap<string, string>): string | undefined {
  const type = peer.get('socket-type')
  return (PLAIN_PEERS[own] as readonly string[]).includes(type ?? '') ? undefined : `is no ${PLAIN_PEERS[own][0]} socket`
}

export const properties = (type: SocketType): Uint8Array => metadataBytes({ 'Socket-Type': type, Identity: '' })

export const errorStep = (data: Uint8Array): Step => ({ fault: `refused us: ${errorReason(data)}` })

/** RFC 37 §NULL: both say READY, and trust. */
export class NullMechanism implements Mechanism {
  readonly name = 'NULL'
  readonly isServer = false
  readonly open = undefined
  private readonly type: SocketType

  constructor(type: SocketType) {
    this.type = type
  }

  begin(): Step {
    return { say: commandBody('READY', properties(this.type)) }
  }

  hear(body: Uint8Array): Step {
    const command = readCommand(body, 0, body.length)
    if (command?.name === 'ERROR') return errorStep(command.data)
    const peer = command?.name === 'READY' ? readMetadata(command.data) : undefined
    return peer === undefined ? { fault: 'said something else than READY' } : { peer }
  }

  message(parts: readonly Uint8Array[]): Uint8Array {
    return messageBytes(parts)
  }
  command(body: Uint8Array): Uint8Array {
    return frameBytes(FRAME_COMMAND, body)
  }
}
