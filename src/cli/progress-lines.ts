import type { InterfaceInfo, Live, LiveInterface, Totals } from '../lib/live.ts'
import type { Terminal } from './command.ts'
import { formatBytes, formatCount } from './units.ts'

/** Who stops does not wait longer for the last figures. */
const ANSWER_WITHIN_MS = 1000

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

  /** Totals as they are now, and no more lines after them. */
  async finish(): Promise<void> {
    for (const stop of this.stops) stop()
    this.clear()
    for (const [name, totals] of await Promise.all(this.live.interfaces().map(totalsOf)))
      if (totals !== undefined)
        this.line(
          `${name}: ${formatCount(totals.packets)} packets, ${formatBytes(totals.bytes)}, ${formatCount(totals.flowsTotal)} flows, ` +
            `${formatCount(totals.hosts)} hosts, ${formatCount(totals.malformed)} malformed, ${formatCount(totals.dropped)} dropped`,
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

/** Of a worker that does not answer in time, or not any more, those of its last tick. */
async function totalsOf(one: LiveInterface): Promise<[name: string, Totals | undefined]> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ANSWER_WITHIN_MS).unref())
  const now = await Promise.race([one.ask('totals', {}).catch(() => undefined), late])
  return [one.info.name, now ?? one.latest()]
}
