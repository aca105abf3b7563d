/** Small state as the program uses it: the store in its thread, names of users, numbers of interfaces; and what is said when the store goes away and returns. */
import type { StateStats } from './lib/key-value.ts'
import { KeptNames } from './state/kept-names.ts'
import { KeptQueries } from './state/kept-queries.ts'
import { interfaceIdsKey } from './state/keys.ts'
import type { StateConfig } from './state/messages.ts'
import { StateThread } from './state/state-thread.ts'

const WATCH_MS = 1000
/** What others write into a store that several share is looked for so often. */
const FOLLOW_MS = 3000

export class SmallState {
  readonly store: StateThread
  readonly names: KeptNames
  /** Views of the past that have a name. */
  readonly queries: KeptQueries
  private readonly instance: string
  /** Where names and queries were kept before. */
  private readonly folder: string | undefined
  private isRead = false
  private isClosed = false
  private following: NodeJS.Timeout | undefined
  private known: ReadonlyMap<string, number> = new Map()
  private readonly nameListeners: (() => void)[] = []
  private readonly watch: NodeJS.Timeout
  private saidFault = ''

  private constructor(store: StateThread, folder: string | undefined, instance: string, say: (text: string) => void) {
    this.store = store
    this.folder = folder
    this.instance = instance
    this.names = new KeptNames(store, instance)
    this.queries = new KeptQueries(store)
    this.watch = setInterval(() => this.tellFault(say), WATCH_MS)
    this.watch.unref()
  }

  /** Resolves when what is kept has been read, or the store is away: that keeps nobody from capturing. `folder`: where names were kept before. */
  static async open(config: StateConfig, folder: string | undefined, instance: string, say: (text: string) => void): Promise<SmallState> {
    let state: SmallState | undefined
    const died = (why: string) => {
      say(why)
      // That it is over is said by and by.
      if (state !== undefined) state.saidFault = why
    }
    let store = newThread(config, died)
    const refusal = await store.refusal
    if (refusal !== undefined) {
      say(`state lasts only as long as the program: ${refusal}; give another folder with -d`)
      await store.close()
      store = newThread({ kind: 'memory', instance }, died)
    }
    state = new SmallState(store, folder, instance, say)
    state.tellFault(say)
    await state.load()
    state.follow(config.kind === 'redis')
    return state
  }

  private async load(): Promise<void> {
    const { folder } = this
    const names = this.names.load(folder, () => this.tellNames())
    const key = interfaceIdsKey(this.instance)
    const ids = await this.store.hash(key).catch(() => new Map<string, string>())
    this.known = new Map([...ids].map(([name, id]) => [name, Number(id)] as const).filter(([, id]) => Number.isSafeInteger(id) && id > 0))
    this.isRead = await this.queries.read(folder)
    await names
  }

  get ids(): ReadonlyMap<string, number> {
    return this.known
  }
  keepIds(ids: ReadonlyMap<string, number>): void {
    const key = interfaceIdsKey(this.instance)
    const news = [...ids].filter(([name, id]) => this.known.get(name) !== id)
    this.known = new Map([...this.known, ...news])
    if (news.length > 0) forget(this.store.write(news.map(([field, id]) => ({ op: 'hash-set', key, field, value: String(id) }))))
  }

  /** Where others write too all is read again and again, else until it has been read. */
  private follow(isShared: boolean): void {
    if (this.isClosed || (!isShared && this.isRead)) return
    this.following = setTimeout(() => {
      // A file of before that cannot be taken over stays.
      const done = () => this.follow(isShared)
      this.readAgain().then(done, done)
    }, FOLLOW_MS).unref()
  }
  private async readAgain(): Promise<void> {
    const { waiting, isAway } = this.stats()
    // What waits for the store is newer than what is there.
    if (isAway || waiting > 0) return
    this.isRead = (await this.queries.read(this.isRead ? undefined : this.folder)) || this.isRead
    if (await this.names.readAgain().catch(() => false)) this.tellNames()
  }
  /** Called when names have been read after the program had begun, and when another wiretop has changed them. */
  onNames(listener: () => void): void {
    this.nameListeners.push(listener)
  }
  private tellNames(): void {
    for (const listener of this.nameListeners) listener()
  }

  stats(): StateStats {
    return this.store.stats()
  }

  /** Each fault once, and when it is over. */
  private tellFault(say: (text: string) => void): void {
    const { faults, where } = this.stats()
    const fault = faults[0] ?? ''
    // The same fault may be said in other words.
    if ((fault === '') === (this.saidFault === '')) return
    say(fault === '' ? `${where} is there again` : fault)
    this.saidFault = fault
  }

  async close(): Promise<void> {
    clearInterval(this.watch)
    this.isClosed = true
    clearTimeout(this.following)
    this.names.close()
    await this.store.close()
  }
}

const newThread = (store: StateConfig, died: (why: string) => void) =>
  new StateThread({ entry: new URL('./state.worker.ts', import.meta.url), store, died })

/** What cannot be kept is counted by the store, which says so. */
const forget = (written: Promise<void>) => void written.catch(() => undefined)
