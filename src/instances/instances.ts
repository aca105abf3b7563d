/** The list of other wiretops: kept in a file, changed in the console, each asked again and again. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { InstanceInfo, InstancesAnswer } from '../lib/instances.ts'
import { InstanceFileError, isReadByOthers, type KeptInstance, readInstanceFile, writeInstanceFile } from './instance-file.ts'
import { BadInstance, certificateFingerprint, givenInstance, instanceName, instanceToken, instanceUrl, nameOfUrl } from './instance-url.ts'
import { InstanceWatch, PACE, type Pace } from './instance-watch.ts'

/** Each is asked every two seconds while somebody looks. */
export const MAX_INSTANCES = 100
const KEPT_IN = 'instances.json'

export interface InstancesOptions {
  /** As the command line has them: `NAME=URL` or `URL`. */
  readonly given?: readonly string[]
  /** Folder in which the list is kept; without it, it lasts as long as the program. */
  readonly dataDir?: string | undefined
  readonly pace?: Pace
}

export interface InstanceChange {
  readonly name?: string | undefined
  readonly url?: string | undefined
  /** Empty: none any more. */
  readonly token?: string | undefined
  readonly certificate?: string | undefined
}

export class Instances {
  private readonly path: string | undefined
  private readonly given: readonly string[]
  private readonly givenUrls: ReadonlySet<string>
  private readonly pace: Pace
  private watches: readonly InstanceWatch[] = []
  private turn: Promise<unknown> = Promise.resolve()
  private isClosed = false

  constructor({ given = [], dataDir, pace = PACE }: InstancesOptions = {}) {
    this.path = dataDir === undefined ? undefined : join(dataDir, KEPT_IN)
    this.given = given
    this.givenUrls = new Set(given.map((text) => givenInstance(text).url))
    this.pace = pace
  }

  /** Reads the list. Throws an InstanceFileError. */
  load(): void {
    const kept = this.path === undefined ? [] : readInstanceFile(this.path)
    const all = new Map(kept.map((one) => [one.url, one]))
    for (const text of this.given) {
      const { name, url } = givenInstance(text)
      all.set(url, { ...(all.get(url) ?? { id: randomUUID() }), name, url })
    }
    this.watches = [...all.values()].slice(0, MAX_INSTANCES).map((one) => new InstanceWatch(one, this.pace))
  }

  /** The file, where others can read the tokens in it. */
  get readByOthers(): string | undefined {
    return this.path !== undefined && isReadByOthers(this.path) ? this.path : undefined
  }

  /** Begins to ask. */
  start(): void {
    for (const watch of this.watches) watch.start()
  }

  /** For somebody who looks at them. */
  look(): InstancesAnswer {
    for (const watch of this.watches) watch.look()
    return {
      nowMs: Date.now(),
      instances: this.watches.map((watch) => this.infoOf(watch)),
      ...(this.path !== undefined && { file: this.path }),
    }
  }
  get(id: string): InstanceInfo | undefined {
    const watch = this.watchOf(id)
    return watch && this.infoOf(watch)
  }

  /** Rejects with a BadInstance, or an InstanceFileError when it cannot be kept: then nothing has changed. */
  add({ name, url, token, certificate }: InstanceChange & { readonly url: string }): Promise<InstanceInfo> {
    return this.inTurn(async () => {
      const address = instanceUrl(url)
      if (this.watches.length >= MAX_INSTANCES)
        throw new BadInstance('url', `there are ${MAX_INSTANCES} instances already, and no more can be`)
      this.refuseTwice(address)
      const watch = new InstanceWatch(
        {
          id: randomUUID(),
          name: name === undefined || name.trim() === '' ? nameOfUrl(address) : instanceName(name),
          url: address,
          ...credentials({ token, certificate }),
        },
        this.pace,
      )
      await this.replace([...this.watches, watch])
      watch.look()
      return this.infoOf(watch)
    })
  }

  /** What is not said stays; but token and certificate were for the host as it was: they go when that changes. */
  change(id: string, change: InstanceChange): Promise<InstanceInfo | undefined> {
    return this.inTurn(async () => {
      const watch = this.watchOf(id)
      if (watch === undefined) return undefined
      const before = watch.settings
      const after = this.changed(before, change)
      if (isSameButName(before, after)) {
        await this.replace(this.watches, after)
        watch.rename(after.name)
        return this.infoOf(watch)
      }
      const next = new InstanceWatch(after, this.pace)
      await this.replace(this.watches.map((one) => (one === watch ? next : one)))
      watch.stop()
      next.look()
      return this.infoOf(next)
    })
  }

  /** False: there is none. */
  remove(id: string): Promise<boolean> {
    return this.inTurn(async () => {
      const watch = this.watchOf(id)
      if (watch === undefined) return false
      await this.replace(this.watches.filter((one) => one !== watch))
      watch.stop()
      return true
    })
  }

  close(): void {
    this.isClosed = true
    for (const watch of this.watches) watch.stop()
  }

  private changed(before: KeptInstance, { name, url, token, certificate }: InstanceChange): KeptInstance {
    const isGiven = this.givenUrls.has(before.url)
    const address = url === undefined ? before.url : instanceUrl(url)
    const called = name === undefined ? before.name : instanceName(name)
    if (isGiven && (address !== before.url || called !== before.name))
      throw new BadInstance('name', 'it was given on the command line: its name and address are changed there')
    if (address !== before.url) this.refuseTwice(address)
    const isSameHost = new URL(address).origin === new URL(before.url).origin
    const kept = isSameHost ? { token: before.token, certificate: before.certificate } : {}
    return {
      id: before.id,
      name: called,
      url: address,
      ...credentials({ token: token ?? kept.token, certificate: certificate ?? kept.certificate }),
    }
  }

  private refuseTwice(url: string): void {
    const there = this.watches.find(({ settings }) => settings.url === url)
    if (there !== undefined) throw new BadInstance('url', `this address is there already, as ${there.settings.name}`)
  }

  /** Keeps the list, then lets it hold; `renamed` stands for the one with its id. */
  private async replace(watches: readonly InstanceWatch[], renamed?: KeptInstance): Promise<void> {
    const settings = watches.map((watch) => (watch.settings.id === renamed?.id ? renamed : watch.settings))
    if (this.path !== undefined)
      await writeInstanceFile(
        this.path,
        settings.filter((one) => this.isKept(one)),
      )
    this.watches = watches
  }
  /** What the command line says alone needs no file. */
  private isKept({ url, token, certificate }: KeptInstance): boolean {
    return !this.givenUrls.has(url) || token !== undefined || certificate !== undefined
  }

  private infoOf(watch: InstanceWatch): InstanceInfo {
    return watch.info(this.givenUrls.has(watch.settings.url))
  }
  private watchOf(id: string): InstanceWatch | undefined {
    return this.watches.find(({ settings }) => settings.id === id)
  }
  /** One change after the other. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.turn.then(() => {
      if (this.isClosed) throw new InstanceFileError('the program is ending')
      return change()
    })
    this.turn = done.catch(() => undefined)
    return done
  }
}

const isSameButName = (a: KeptInstance, b: KeptInstance): boolean =>
  a.url === b.url && a.token === b.token && a.certificate === b.certificate

/** Empty texts are none. */
const credentials = ({ token, certificate }: Pick<KeptInstance, 'token' | 'certificate'>): Pick<KeptInstance, 'token' | 'certificate'> => ({
  ...(token && { token: instanceToken(token) }),
  ...(certificate && { certificate: certificateFingerprint(certificate) }),
})
