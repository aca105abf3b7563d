import type { CaptureHost, DeviceChange, FanoutGroup, LiveDevice } from '../lib/live-capture.ts'

/** What one worker captures of one interface. */
interface Held {
  readonly worker: number
  /** Which of the interfaces. */
  readonly at: number
  device: LiveDevice | undefined
  /** Which life of the interface it captures, or did. */
  life: number
}

const MAX_GROUP_ID = 0xffff
let lastGroupId = crypto.getRandomValues(new Uint16Array(1))[0]!
/** Its number is free in this network namespace, as far as we can tell. */
function newGroup(members: number): FanoutGroup | undefined {
  if (members === 1) return undefined
  lastGroupId = (lastGroupId % MAX_GROUP_ID) + 1
  const seed = crypto.getRandomValues(new Int32Array(1))[0]!
  return { groupId: lastGroupId, members, seed, arrived: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) }
}

/**
 * The interfaces of the machine behind a live interface of ours: what they are called now, and the sockets that our workers hold on them. One that vanishes and comes back begins
 * another life. The worker and the system tell of the end of a life independently: the next one is captured once the worker is done with the last one and the
 * system has told of it, whichever comes first. Workers that share an interface are a group of their own in each life.
 */
export class LiveDevices {
  private readonly host: CaptureHost
  private readonly named: string[]
  private readonly lives: number[]
  private readonly isThere: boolean[]
  private readonly groups: (FanoutGroup | undefined)[] = []
  private held: Held[] = []

  constructor(devices: readonly string[], host: CaptureHost) {
    this.host = host
    this.named = [...devices]
    this.lives = devices.map(() => 0)
    this.isThere = devices.map(() => true)
  }

  get names(): readonly string[] {
    return this.named
  }

  /** For each of so many workers. Throws an Error of one line when one of them cannot be captured. */
  take(workers: number): LiveDevice[][] {
    this.named.forEach((_, at) => {
      this.groups[at] = newGroup(workers)
    })
    return Array.from({ length: workers }, (_, worker) =>
      this.named.map((_, at) => {
        const device = this.open(at)
        this.held.push({ worker, at, device, life: this.lives[at]! })
        return device
      }),
    )
  }
  private open(at: number): LiveDevice {
    const group = this.groups[at]
    return { ...this.host.take(this.named[at]!, this.host.settings, group?.members ?? 1), ...(group && { fanout: group }) }
  }

  /** The worker has nothing more of it to read. Returns what it captures instead, if that is there already. */
  gone(worker: number, at: number): LiveDevice | undefined {
    const held = this.held.find((each) => each.worker === worker && each.at === at)
    if (held?.device === undefined) return undefined
    this.host.giveBack(held.device)
    held.device = undefined
    return this.next(held)
  }

  /** What became of interfaces of the machine; `returned` is told what workers capture from now on. */
  changed(changes: readonly DeviceChange[], returned: (worker: number, at: number, device: LiveDevice) => void): void {
    for (const change of changes) {
      if (change.what === 'renamed' && this.rename(change.from, change.name)) continue
      for (const at of this.placesOf(change.name)) {
        if (change.what === 'removed') this.isThere[at] = false
        else if (change.what !== 'changed' && !this.isThere[at]) this.begin(at)
      }
    }
    for (const held of this.held) {
      const device = held.device === undefined ? this.next(held) : undefined
      if (device !== undefined) returned(held.worker, held.at, device)
    }
  }

  /** The worker is done with all of it; without a number all are. */
  giveBack(worker?: number): void {
    for (const device of this.release(worker)) this.host.giveBack(device)
  }
  /** The worker died: once its thread has ended, what it still holds is taken from it, and the others get its share. */
  async died(worker: number, ended: Promise<void>): Promise<void> {
    const devices = this.release(worker)
    await ended
    for (const device of devices) this.host.giveBack(device, true)
  }
  private release(worker: number | undefined): LiveDevice[] {
    const isOurs = (held: Held) => worker === undefined || held.worker === worker
    const devices = this.held.filter(isOurs).flatMap(({ device }) => device ?? [])
    this.held = this.held.filter((held) => !isOurs(held))
    return devices
  }

  /** False when it is none of ours. */
  private rename(from: string, to: string): boolean {
    const places = this.placesOf(from).filter((at) => this.isThere[at])
    for (const at of places) this.named[at] = to
    return places.length > 0
  }
  private placesOf(name: string): number[] {
    return this.named.flatMap((each, at) => (each === name ? [at] : []))
  }
  private begin(at: number): void {
    this.isThere[at] = true
    this.lives[at]!++
    this.groups[at] = newGroup(this.held.filter((held) => held.at === at).length)
  }

  private next(held: Held): LiveDevice | undefined {
    const life = this.lives[held.at]!
    if (held.life === life || !this.isThere[held.at]) return undefined
    held.life = life
    held.device = this.open(held.at)
    return held.device
  }
}
