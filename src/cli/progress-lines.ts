import type { InterfaceInfo, Live } from '../lib/live.ts'
import type { Terminal } from './command.ts'
import { formatBytes, formatCount } from './units.ts'

/** Tells on the terminal how far the inputs have been read: one moving line on a terminal, one line an input when it ends or fails. */
export class ProgressLines {
  private readonly live: Live
  private readonly terminal: Terminal
  private readonly said = new Map<number, string>()
  private moving = false
  private readonly waiting: (() => void)[] = []
  private readonly stops: (() => void)[]
  anyFailed = false

  constructor(live: Live, terminal: Terminal) {
    this.live = live
    this.terminal = terminal
    this.stops = [live.onTick(({ info }) => this.move(info)), live.onChange((interfaces) => this.changed(interfaces))]
  }

  private move({ name, state, progress }: InterfaceInfo): void {
    if (this.terminal.columns === undefined || state !== 'running' || this.live.interfaces().length > 1) return
    const part = progress.bytesTotal ? `${Math.floor((100 * progress.bytesRead) / progress.bytesTotal)} %` : formatBytes(progress.bytesRead)
    this.clear()
    this.terminal.err(`wiretop: reading ${name}: ${part}, ${formatCount(progress.packets)} packets`.slice(0, this.terminal.columns - 1))
    this.moving = true
  }

  private changed(interfaces: readonly InterfaceInfo[]): void {
    for (const info of interfaces) {
      if (this.said.get(info.id) === info.state) continue
      this.said.set(info.id, info.state)
      if (info.state === 'failed') {
        this.anyFailed = true
        this.line(info.failure ?? `${info.name} has failed`)
      }
      if (info.state === 'ended') this.ended(info)
    }
    if (interfaces.every(({ state }) => state === 'ended' || state === 'failed')) for (const resolve of this.waiting.splice(0)) resolve()
  }

  private ended({ name, progress }: InterfaceInfo): void {
    this.line(`${name}: ${formatCount(progress.packets)} packets read`)
    for (const fault of progress.faults) this.line(`${name}: ${fault}`)
    const more = progress.faultCount - progress.faults.length
    if (more > 0) this.line(`${name}: and ${formatCount(more)} faults more`)
  }

  /** Resolves when every input has ended or failed. */
  allRead(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      this.changed(this.live.interfaces().map(({ info }) => info))
    })
  }

  /** Totals, and no more lines after them. */
  finish(): void {
    for (const stop of this.stops) stop()
    this.clear()
    for (const { info, latest } of this.live.interfaces().map((i) => ({ info: i.info, latest: i.latest() })))
      if (latest !== undefined)
        this.line(
          `${info.name}: ${formatCount(latest.packets)} packets, ${formatBytes(latest.bytes)}, ${formatCount(latest.flowsTotal)} flows, ` +
            `${formatCount(latest.hosts)} hosts, ${formatCount(latest.malformed)} malformed, ${formatCount(latest.dropped)} dropped`,
        )
  }

  private line(text: string): void {
    this.clear()
    this.terminal.err(`wiretop: ${text}\n`)
  }
  private clear(): void {
    if (this.moving) this.terminal.err('\r\u001b[K')
    this.moving = false
  }
}
