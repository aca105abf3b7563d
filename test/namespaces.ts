/**
 * Network namespaces for tests: made by the test, connected by pairs of virtual cables, deleted at its end with all that was started in them. Traffic stays
 * inside them.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

const CAP_NET_ADMIN = 12n
const CAP_SYS_ADMIN = 21n

/** Why there can be none here, or undefined: a test is skipped with this as its reason. */
export const whyNoNamespaces: string | undefined = lacking()

function lacking(): string | undefined {
  if (process.platform !== 'linux') return 'skipped: needs Linux'
  const effective = BigInt(`0x${/CapEff:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]}`)
  if (((effective >> CAP_NET_ADMIN) & (effective >> CAP_SYS_ADMIN) & 1n) === 0n) return 'skipped: needs CAP_NET_ADMIN'
  try {
    execFileSync('ip', ['-V'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'skipped: needs ip (iproute2)'
  }
}

export interface CableEnd {
  readonly namespace: string
  readonly name: string
  /** With its prefix length. */
  readonly address?: string
}

export class Namespaces {
  readonly #names: string[] = []
  readonly #children = new Set<ChildProcess>()

  /** Unique on this machine; its loopback interface is up. */
  add(label: string): string {
    const name = `wt-${process.pid}-${label}`
    ip('netns', 'add', name)
    this.#names.push(name)
    this.run(name, 'ip', 'link', 'set', 'lo', 'up')
    // Nothing speaks by itself: no router solicitations, no duplicate address detection.
    this.run(name, 'sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1', 'net.ipv6.conf.all.disable_ipv6=1')
    return name
  }

  /** A cable between two namespaces, both ends up. */
  cable(...ends: readonly [CableEnd, CableEnd]): void {
    const [a, b] = ends
    ip('link', 'add', a.name, 'netns', a.namespace, 'type', 'veth', 'peer', 'name', b.name, 'netns', b.namespace)
    for (const { namespace, name, address } of ends) {
      if (address !== undefined) this.run(namespace, 'ip', 'address', 'add', address, 'dev', name)
      this.run(namespace, 'ip', 'link', 'set', name, 'up')
    }
  }

  /** Its standard output. Throws with what it complained about. */
  run(namespace: string, command: string, ...args: readonly string[]): string {
    return ip('netns', 'exec', namespace, command, ...args)
  }

  /** A process inside, ended by `close` if it has not ended by then. */
  start(namespace: string, command: string, ...args: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    return child
  }

  async close(): Promise<void> {
    for (const child of [...this.#children]) {
      const exit = once(child, 'exit')
      // `ip netns exec` becomes the command itself, so this is its process.
      child.kill('SIGKILL')
      await exit
    }
    for (const name of this.#names.splice(0)) ip('netns', 'delete', name)
  }
}

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
