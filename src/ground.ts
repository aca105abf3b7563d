/** What the program stands on before it begins: what it may read, its data folder and the lock of that, and small state. */
import { existsSync, mkdirSync } from 'node:fs'
import type { Terminal } from './cli/command.ts'
import { type Input, inputOf, NO_INPUT } from './cli/input-kind.ts'
import { Refusal } from './cli/option.ts'
import { defaultDataDir, type Options } from './cli/options.ts'
import { stateConfigOf } from './cli/state-options.ts'
import { storeOf } from './cli/store-option.ts'
import { UsageError } from './cli/usage-error.ts'
import type { LiveSettings } from './lib/live-capture.ts'
import { SmallState } from './small-state.ts'
import { networkInterfaceList, usual } from './sources/interfaces.ts'
import { HOW_TO_BE_ALLOWED, LiveHost } from './sources/live-host.ts'
import { FolderLock } from './state/folder-lock.ts'

export const NO_RIGHT = `no right to capture: ${HOW_TO_BE_ALLOWED}`

export interface Ground {
  readonly inputs: readonly Input[]
  /** Undefined: there is no right to capture. */
  readonly host: LiveHost | undefined
  /** Where things are kept; undefined: nowhere. */
  readonly stateDir: string | undefined
  readonly isHistoryKept: boolean
  readonly state: SmallState
  close(): Promise<void>
}

/** It runs until it is stopped. */
export const isOngoing = (inputs: readonly Input[]): boolean => inputs.some(({ kind }) => kind !== 'capture')

/** Rejects with a UsageError, or with FolderInUse; then nothing stays open. */
export async function prepare(options: Options, terminal: Terminal): Promise<Ground> {
  const say = (text: string) => terminal.err(`wiretop: ${text}\n`)
  const liveHost = new LiveHost(liveSettings(options))
  let lock: FolderLock | undefined
  try {
    const mayCapture = liveHost.mayCapture()
    const inputs = inputsOf(options, mayCapture, say)
    if (options.httpPort === undefined && inputs.length === 0)
      throw new UsageError('nothing to read and nothing to serve: give -i CAPTURE, or a port with -w')
    if (!mayCapture) liveHost.close()
    const isHistoryKept = storeOf(options) !== 'none' && isOngoing(inputs)
    // What collectors learn is worth a folder of its own, and so are flows, and what users say of interfaces; a machine without a disk has Redis.
    const wantsFolder =
      isHistoryKept || inputs.some(({ kind }) => kind === 'collector') || (isOngoing(inputs) && options.redis === undefined)
    const stateDir = wantsFolder || options.dataDir !== undefined ? dataDirOf(options) : undefined
    lock = stateDir === undefined ? undefined : new FolderLock(stateDir)
    const state = await SmallState.open(stateConfigOf(options, stateDir, terminal), stateDir, options.instanceName, say)
    const close = async () => {
      await state.close()
      lock?.release()
      if (mayCapture) liveHost.close()
    }
    return { inputs, host: mayCapture ? liveHost : undefined, stateDir, isHistoryKept, state, close }
  } catch (error) {
    lock?.release()
    liveHost.close()
    throw error
  }
}

/** Without any `-i` all interfaces that are up are captured, where that is allowed. */
function inputsOf({ interface: specs }: Options, mayCapture: boolean, say: (text: string) => void): Input[] {
  const wanted = specs.filter((spec) => spec !== NO_INPUT)
  if (specs.length > 0) {
    const inputs = wanted.map((spec) => inputOf(spec)).filter((input) => !(input instanceof Refusal)) as Input[]
    if (!mayCapture && inputs.some(({ kind }) => kind === 'live')) say(`${NO_RIGHT}; the console runs for captures`)
    return mayCapture ? inputs : inputs.filter(({ kind }) => kind !== 'live')
  }
  if (mayCapture) return usual(networkInterfaceList()).map(({ name }) => ({ kind: 'live', devices: [name] }))
  say(`${NO_RIGHT}; the console runs for captures`)
  return []
}

const liveSettings = ({ noPromiscuous, ringBytes, hwTimestampMode, packetFilter, libpcap }: Options): LiveSettings => ({
  promiscuous: !noPromiscuous,
  maxRingBytes: ringBytes,
  timestamps: hwTimestampMode === 'adapter' ? 'adapter' : 'system',
  ixia: hwTimestampMode === 'ixia',
  packetFilter,
  libpcapPath: libpcap,
})

export function dataDirOf({ dataDir = defaultDataDir() }: Options): string {
  if (!existsSync(dataDir)) mkdirSync(dataDir, { mode: 0o700, recursive: true })
  return dataDir
}
