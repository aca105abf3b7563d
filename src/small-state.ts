/** Small state as the program uses it: the store in its thread, names of users, numbers of interfaces; and what is said when the store goes away and returns. */
import type { StateStats } from './lib/key-value.ts'
import { KeptNames } from './state/kept-names.ts'
import { interfaceIdsKey } from './state/keys.ts'
import type { StateConfig } from './state/messages.ts'
import { StateThread } from './state/state-thread.ts'

const WATCH_MS = 1000

export class SmallState {
  readonly store: StateThread
  readonly names: KeptNames
  private readonly instance: string
  private known: ReadonlyMap<string, number> = new Map()
  private readonly lateNames: (() => void)[] = []
  private readonly watch: NodeJS.Timeout
  private saidFault = ''

  private constructor(store: StateThread, instance: string, say: (text: string) => void) {
    this.store = store
    this.instance = instance
    this.names = new KeptNames(store, instance)
    this.watch = setInterval(() => this.tellFault(say), WATCH_MS)
    this.watch.unref()
  }

  /** Resolves when what is kept has been read, or the store is away: that keeps nobody from capturing. `folder`: where names were kept before. */
  static async open(config: StateConfig, folder: string | undefined, instance: string, say: (text: string) => void): Promise<SmallState> {
    let store = newThread(config, say)
    const refusal = await store.refusal
    if (refusal !== undefined) {
      say(`state lasts only as long as the program: ${refusal}; give another folder with -d`)
      await store.close()
      store = newThread({ kind: 'memory', instance }, say)
    }
    const state = new SmallState(store, instance, say)
    state.tellFault(say)
    await state.load(folder)
    return state
  }

  private async load(folder: string | undefined): Promise<void> {
    const names = this.names.load(folder, () => {
      for (const listener of this.lateNames) listener()
    })
    const key = interfaceIdsKey(this.instance)
    const ids = await this.store.hash(key).catch(() => new Map<string, string>())
    this.known = new Map([...ids].map(([name, id]) => [name, Number(id)] as const).filter(([, id]) => Number.isSafeInteger(id) && id > 0))
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

  /** Called when names have been read after the program had begun. */
  onLateNames(listener: () => void): void {
    this.lateNames.push(listener)
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
    this.names.close()
    await this.store.close()
  }
}

const newThread = (store: StateConfig, died: (why: string) => void) =>
  new StateThread({ entry: new URL('./state.worker.ts', import.meta.url), store, died })

/** What cannot be kept is counted by the store, which says so. */
const forget = (written: Promise<void>) => void written.catch(() => undefined)
