/** For tests: processes of their own that hold sockets, and questions about these. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { WANTED_WORDS } from '../lib/programs.ts'
import { parseAddress } from '../wire/address.ts'

export interface Ends {
  readonly proto: number
  readonly local: string
  readonly localPort: number
  readonly remote: string
  readonly remotePort: number
}
export function wantedOf(...ends: readonly Ends[]): Uint32Array {
  const words = new Uint32Array(ends.length * WANTED_WORDS)
  ends.forEach(({ proto, local, localPort, remote, remotePort }, i) => {
    words.set([proto, ...parseAddress(local)!, ...parseAddress(remote)!, ((localPort << 16) | remotePort) >>> 0], i * WANTED_WORDS)
  })
  return words
}

const running = new Set<ChildProcess>()

/** Runs a script in a Node of its own; it prints one line of JSON when its sockets are there, and stays until it is ended. */
export async function holder<T>(
  script: string,
  options: { readonly uid?: number } = {},
): Promise<{ pid: number; said: T; end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'], ...options })
  running.add(child)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
    running.delete(child)
  }
  return { pid: child.pid!, said: JSON.parse(line) as T, end }
}

export async function endHolders(): Promise<void> {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  running.clear()
}
