import type { CaptureHost, DeviceChange, LiveDevice, LiveSettings } from '../lib/live-capture.ts'

/** What one worker captures of one interface. */
interface Held {
  readonly worker: number
  /** Which of the interfaces. */
  readonly at: number
  device: LiveDevice | undefined
  /** Which life of the interface it captures, or did. */
  life: number
}

/**
 * The interfaces of the machine behind a live interface of ours: what they are called now, and the sockets that our workers hold on them. One that vanishes and comes back begins
 * another life. The worker and the system tell of the end of a life independently: the next one is captured once the worker is done with the last one and the
 * system has told of it, whichever comes first.
 */
export class LiveDevices {
  private readonly host: CaptureHost
  private readonly named: string[]
  private readonly lives: number[]
  private readonly isThere: boolean[]
  private held: Held[] = []
  private settings: LiveSettings

  constructor(devices: readonly string[], host: CaptureHost) {
    this.host = host
    this.settings = host.settings
    this.named = [...devices]
    this.lives = devices.map(() => 0)
    this.isThere = devices.map(() => true)
  }

  get names(): readonly string[] {
    return this.named
  }

  /** For one worker. Throws an Error of one line when one of them cannot be captured. */
  take(worker: number, settings: LiveSettings): LiveDevice[] {
    this.settings = settings
    return this.named.map((name, at) => {
      const device = this.host.take(name, settings)
      this.held.push({ worker, at, device, life: this.lives[at]! })
      return device
    })
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

  /** The worker is gone, or done with all of it; without a number all are. */
  giveBack(worker?: number): void {
    const isOurs = (held: Held) => worker === undefined || held.worker === worker
    for (const { device } of this.held.filter(isOurs)) if (device !== undefined) this.host.giveBack(device)
    this.held = this.held.filter((held) => !isOurs(held))
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
  }

  private next(held: Held): LiveDevice | undefined {
    const life = this.lives[held.at]!
    if (held.life === life || !this.isThere[held.at]) return undefined
    held.life = life
    held.device = this.host.take(this.named[held.at]!, this.settings)
    return held.device
  }
}
