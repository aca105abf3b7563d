/** The product inside a network namespace, asked by a process in there. */
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { InterfaceInfo, Totals } from '../src/lib/live.ts'
import type { Namespaces } from './namespaces.ts'
import { type Ended, MAIN, outputOf, until, withFolder } from './product.ts'

const ASKER = join(import.meta.dirname, 'fetch-inside.js')
/** A ring hands a block over that does not fill up, the next tick tells the totals, and the one after it the kernel's counts. */
const SETTLE_MS = 2_500

export interface Reply {
  readonly status: number
  readonly text: string
  /** How long it took, inside. */
  readonly ms: number
}

/** Somebody inside a namespace who asks over HTTP. */
export class Asker {
  private readonly child: ChildProcess
  private readonly waiting = new Map<number, (reply: Reply) => void>()
  private id = 0

  constructor(net: Namespaces, namespace: string) {
    this.child = net.start(namespace, process.execPath, ASKER)
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const reply = JSON.parse(line) as Reply & { readonly id: number }
      this.waiting.get(reply.id)?.(reply)
      this.waiting.delete(reply.id)
    })
  }

  /** `file` is sent as the body. */
  ask(url: string, method = 'GET', file?: string): Promise<Reply> {
    const id = ++this.id
    this.child.stdin!.write(`${JSON.stringify({ id, url, method, file })}\n`)
    return new Promise((resolve) => this.waiting.set(id, resolve))
  }
  close(): void {
    this.child.stdin!.end()
  }
}

export interface InsideOptions {
  /** Commands that become the product: `setpriv …`. */
  readonly by?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What `-w` says. */
  readonly listen?: string
}

export type Entry = InterfaceInfo & { readonly totals?: Totals }

/** The command line of the product inside a namespace; `ip netns exec` and all of `by` become it, so the process is its own. */
export const startInside = (net: Namespaces, namespace: string, args: readonly string[], { by = [], env = {} }: InsideOptions = {}) =>
  net.start(
    namespace,
    'env',
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...by,
    process.execPath,
    MAIN,
    ...withFolder(args),
  )

/** Runs a command line inside to its end. */
export const runInside = (net: Namespaces, namespace: string, args: readonly string[], options: InsideOptions = {}): Promise<Ended> =>
  outputOf(startInside(net, namespace, args, options)).ended

export class InsideProduct {
  readonly pid: number
  readonly url: string
  readonly said: () => string
  private readonly child: ChildProcess
  private readonly ended: Promise<Ended>
  private readonly asker: Asker

  private constructor(child: ChildProcess, asker: Asker, url: string, output: { said(): string; ended: Promise<Ended> }) {
    this.child = child
    this.pid = child.pid!
    this.asker = asker
    this.url = url
    this.said = output.said
    this.ended = output.ended
  }

  /** Waits until it answers, and until the interfaces named in `args` are captured or have failed. */
  static async start(net: Namespaces, namespace: string, args: readonly string[], options: InsideOptions = {}): Promise<InsideProduct> {
    const asker = new Asker(net, namespace)
    const child = startInside(net, namespace, ['-w', options.listen ?? 'auto', ...args], options)
    const output = outputOf(child)
    const url = await until('it answers', async () => {
      if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}: ${output.said()}`)
      const [address] = /https?:\/\/[\w.:[\]-]+/.exec(output.said()) ?? []
      return address !== undefined && (await asker.ask(`${address}/readyz`)).status === 200 ? address : undefined
    })
    const product = new InsideProduct(child, asker, url, output)
    await product.until(
      'interfaces are open',
      ({ state, device, kind }) => kind !== 'live' || device?.link !== undefined || state === 'failed',
    )
    return product
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.ask(path)) as T
  }
  post = (path: string): Promise<string> => this.ask(path, 'POST')
  patch = (path: string): Promise<string> => this.ask(path, 'PATCH')
  /** How long an answer takes. */
  async timed(path: string): Promise<number> {
    return (await this.asker.ask(this.url + path)).ms
  }
  async ask(path: string, method = 'GET', expected = 200, file?: string): Promise<string> {
    const { status, text } = await this.asker.ask(this.url + path, method, file)
    if (status !== expected) throw new Error(`${method} ${path}: ${status} ${text}\n${this.said()}`)
    return text
  }

  async interfaces(): Promise<Entry[]> {
    return (await this.get<{ interfaces: Entry[] }>('/api/v1/interfaces')).interfaces
  }
  async entry(id = 1): Promise<Entry> {
    return (await this.interfaces()).find((each) => each.id === id)!
  }
  /** Until it holds for every interface, or for the one given. */
  async until(what: string, holds: (entry: Entry) => boolean, id?: number): Promise<Entry[]> {
    return until(what, async () => {
      const all = await this.interfaces()
      return all.filter((each) => id === undefined || each.id === id).every(holds) ? all : undefined
    })
  }
  /** The totals once everything that was sent has come in. */
  async totals(id = 1): Promise<Totals> {
    return this.get<Totals>(`/api/v1/totals?interface=${id}`)
  }
  /** The totals as soon as so many packets have been counted; of infinitely many, once all that was sent has come in. */
  async settled(packets: number, id = 1): Promise<Totals> {
    const withinMs = Number.isFinite(packets) ? undefined : SETTLE_MS
    await until(`${packets} packets`, async () => ((await this.totals(id)).packets >= packets ? true : undefined), withinMs).catch(
      () => undefined,
    )
    return this.totals(id)
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.asker.close()
    this.child.kill(signal)
    return this.ended
  }
}
