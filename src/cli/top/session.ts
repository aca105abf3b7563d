/** The live view: brings keys to the state, questions to the feed and screens to the terminal. */
import type { TopFeed } from './feed.ts'
import { type InputEvent, InputParser } from './input.ts'
import { inquire } from './inquiry.ts'
import { Painter } from './painter.ts'
import { withValues } from './prompt.ts'
import { render } from './render.ts'
import { type Data, ENTITY_OF, newData, type State, type Wanted, wantedOf } from './state.ts'
import type { Theme } from './theme.ts'
import { Tty, type TtyOutput } from './tty.ts'
import { type Effect, update } from './update.ts'

/** What follows a lone Escape later than this belongs to another key. */
const ESCAPE_MS = 40
const CLOCK_MS = 1000
const SYNCHRONIZED_OUTPUT = 2026

export interface SessionOptions {
  readonly feed: TopFeed
  readonly state: State
  readonly theme: Theme
  readonly input: NodeJS.ReadStream
  readonly output: TtyOutput
  readonly signal: AbortSignal
}

/** Resolves when the user quits or the signal comes; the terminal is then as it was. Rejects when there is no terminal for keys. */
export function runSession(options: SessionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    try {
      const session = new Session(options, resolve)
      session.start()
    } catch (error) {
      reject(error)
    }
  })
}

class Session {
  private readonly feed: TopFeed
  private readonly tty: Tty
  private readonly painter: Painter
  private readonly parser = new InputParser()
  private readonly signal: AbortSignal
  private readonly done: () => void
  private state: State
  private data: Data
  /** Of the question asked last, as text; '' when it must be asked anew in any case. */
  private asked = ''
  private isAsking = false
  private refresh: NodeJS.Timeout | undefined
  private escape: NodeJS.Timeout | undefined
  private clock: NodeJS.Timeout | undefined
  private stopListening = () => {}
  private isPainting = false
  private hasEnded = false

  constructor({ feed, state, theme, input, output, signal }: SessionOptions, done: () => void) {
    this.feed = feed
    this.state = state
    this.data = { ...newData(feed.origin), interfaces: feed.interfaces(), clockMs: Date.now() }
    this.painter = new Painter(theme)
    this.signal = signal
    this.done = done
    this.tty = new Tty(input, output, {
      input: (bytes) => this.input(bytes),
      resized: () => this.show(),
      resumed: () => this.redraw(),
    })
  }

  start(): void {
    this.tty.open()
    this.signal.addEventListener('abort', this.end, { once: true })
    this.stopListening = this.feed.onChange(() => this.heard())
    this.clock = setInterval(() => this.tick(), CLOCK_MS)
    this.show()
    if (this.signal.aborted) this.end()
  }

  private readonly end = (): void => {
    if (this.hasEnded) return
    this.hasEnded = true
    this.stopListening()
    for (const timer of [this.refresh, this.escape, this.clock]) clearTimeout(timer)
    this.signal.removeEventListener('abort', this.end)
    this.tty.close()
    this.done()
  }

  private input(bytes: Uint8Array): void {
    clearTimeout(this.escape)
    for (const event of this.parser.feed(bytes)) this.hear(event)
    if (!this.parser.isWaiting || this.hasEnded) return
    this.escape = setTimeout(() => {
      for (const event of this.parser.flush()) this.hear(event)
    }, ESCAPE_MS)
  }

  private hear(event: InputEvent): void {
    if (this.hasEnded) return
    if (event.type === 'mode') {
      if (event.mode === SYNCHRONIZED_OUTPUT) this.painter.synchronized = event.isKnown
      return
    }
    const { state, effects } = update(this.state, event, this.data, this.tty.size)
    const hasFaster = state.intervalMs !== this.state.intervalMs || state.isPaused !== this.state.isPaused
    this.state = state
    for (const effect of effects) this.perform(effect)
    if (this.hasEnded) return
    if (hasFaster) this.planRefresh(0)
    this.show()
  }

  private perform(effect: Effect): void {
    switch (effect.type) {
      case 'quit':
        return this.end()
      case 'suspend':
        return this.tty.suspend()
      case 'redraw':
        return this.redraw()
      case 'copy':
        // OSC 52 (xterm's ctlseqs): the terminal, also a distant one, takes it to its clipboard.
        return this.tty.write(`\u001b]52;c;${Buffer.from(effect.text).toString('base64')}\u0007`)
      case 'complete':
        return void this.complete(effect.text, effect.offset)
    }
  }

  /** Without an answer what the grammar alone knows stays. */
  private async complete(text: string, offset: number): Promise<void> {
    const entity = ENTITY_OF[this.state.view]
    const { interfaceId } = this.wanted()
    if (entity === undefined || interfaceId === undefined) return
    const completion = await this.feed.complete(interfaceId, entity, text, offset).catch(() => undefined)
    const { prompt } = this.state
    if (completion === undefined || prompt === undefined || prompt.kind !== 'filter') return
    this.state = { ...this.state, prompt: withValues(prompt, text, offset, completion) }
    this.paint()
  }

  private wanted(): Wanted {
    return wantedOf(this.state, this.data, this.tty.size)
  }

  /** The feed has something new: the head and the interfaces show it at once, the table at its next refresh. */
  private heard(): void {
    const wasLost = this.data.lostSinceMs !== undefined
    const lostSinceMs = this.feed.lostSinceMs()
    this.data = { ...this.data, lostSinceMs, ...(!this.state.isPaused && { interfaces: this.feed.interfaces() }) }
    if (wasLost && lostSinceMs === undefined) this.planRefresh(0)
    this.show()
  }

  private tick(): void {
    if (this.state.isPaused && this.data.lostSinceMs === undefined) return
    this.data = { ...this.data, clockMs: Date.now() }
    this.paint()
  }

  /** Asks at once where the state wants something else than before. */
  private show(): void {
    if (JSON.stringify(this.wanted()) !== this.asked) this.planRefresh(0)
    this.paint()
  }

  private planRefresh(inMs: number): void {
    clearTimeout(this.refresh)
    if (this.hasEnded) return
    this.refresh = setTimeout(() => void this.ask(), inMs)
  }

  private async ask(): Promise<void> {
    const wanted = this.wanted()
    const key = JSON.stringify(wanted)
    // One question at a time; a state that has changed meanwhile asks when the answer has come.
    if (this.isAsking || (this.state.isPaused && key === this.asked)) return
    this.isAsking = true
    const beganMs = performance.now()
    const isOther = wanted.interfaceId !== this.interfaceOf(this.asked)
    this.asked = key
    const learnt = await inquire(this.feed, wanted)
    this.isAsking = false
    if (this.hasEnded) return
    this.data = learnt(isOther ? { ...this.data, rows: {}, series: undefined, detail: undefined } : this.data)
    if (JSON.stringify(this.wanted()) !== this.asked) this.planRefresh(0)
    else if (!this.state.isPaused) this.planRefresh(Math.max(0, this.state.intervalMs - (performance.now() - beganMs)))
    this.paint()
  }
  private interfaceOf(asked: string): number | undefined {
    return asked === '' ? undefined : (JSON.parse(asked) as Wanted).interfaceId
  }

  private redraw(): void {
    this.painter.forget()
    this.paint()
  }

  /** Once for all that happens in one turn, and not while the terminal has not yet taken the screen before. */
  private paint(): void {
    if (this.isPainting || this.hasEnded) return
    this.isPainting = true
    setImmediate(() => {
      this.isPainting = false
      if (this.hasEnded || this.tty.isBusy) return
      const { width, height } = this.tty.size
      const { lines, cursor } = render(this.state, this.data, { width, height })
      this.tty.write(this.painter.paint(lines, width, height, cursor))
    })
  }
}
