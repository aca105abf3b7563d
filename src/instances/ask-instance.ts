/** One question to another wiretop over HTTP: bounded in time and bytes, never redirected; whatever goes wrong is a value. */
import { type IncomingMessage, request } from 'node:http'
import type { CertificateShown, InstanceState } from '../lib/instances.ts'
import { inWords } from '../lib/system-errors.ts'
import { TrustingAgent, Untrusted } from './trusting-agent.ts'

export const ASK_MS = 3000
export const MAX_ANSWER_BYTES = 1024 * 1024
/** What a refusal says of itself. */
const MAX_REFUSAL_BYTES = 4096

export interface Answered {
  readonly json: unknown
  readonly roundTripMs: number
  /** Its clock less ours, by the header `Date`, which has whole seconds. */
  readonly clockOffsetMs?: number
}
export interface Unanswered {
  readonly state: Exclude<InstanceState, 'asking' | 'up'>
  readonly why: string
  readonly offered?: CertificateShown
}

export interface Target {
  readonly url: string
  readonly token?: string | undefined
  readonly certificate?: string | undefined
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

export class Asker {
  private readonly agent: TrustingAgent
  private readonly target: Target
  private readonly timeoutMs: number
  private readonly host: string
  private readonly port: number
  private readonly path: string
  private readonly hostHeader: string

  constructor(target: Target, timeoutMs = ASK_MS) {
    const { protocol, hostname, port, pathname, host } = new URL(target.url)
    this.target = target
    this.timeoutMs = timeoutMs
    this.host = hostname.replace(/^\[(.*)\]$/, '$1')
    this.port = port === '' ? DEFAULT_PORTS[protocol]! : Number(port)
    this.path = pathname.replace(/\/$/, '')
    this.hostHeader = host
    this.agent = new TrustingAgent({
      host: this.host,
      port: this.port,
      tls: protocol === 'https:',
      certificate: target.certificate,
      timeoutMs,
    })
  }

  /** Resolves in any case, after its time at the latest. */
  async get(path: string, signal: AbortSignal): Promise<Answered | Unanswered> {
    const late = AbortSignal.timeout(this.timeoutMs)
    const stop = AbortSignal.any([signal, late])
    try {
      return await this.ask(path, stop)
    } catch (error) {
      if (late.aborted) return { state: 'unreachable', why: `no answer within ${this.timeoutMs / 1000} s` }
      return faultOf(error as Error)
    }
  }

  close(): void {
    this.agent.destroy()
  }

  private async ask(path: string, stop: AbortSignal): Promise<Answered | Unanswered> {
    const askedMs = performance.now()
    const response = await this.response(path, stop)
    const clockOffsetMs = offsetOf(response.headers.date, performance.now() - askedMs)
    const { statusCode: status = 0 } = response
    if (status !== 200) return refusedBy(status, response, await textOf(response, MAX_REFUSAL_BYTES))
    const text = await textOf(response, MAX_ANSWER_BYTES)
    if (text === undefined) return { state: 'not-wiretop', why: 'its answer is longer than any of a wiretop' }
    const json = jsonOf(text)
    if (json === undefined) return { state: 'not-wiretop', why: NOT_OURS }
    return { json, roundTripMs: performance.now() - askedMs, ...(clockOffsetMs !== undefined && { clockOffsetMs }) }
  }

  /** A kept connection may just have been closed at the other end: then once more on a new one. */
  private async response(path: string, stop: AbortSignal, isAgain = false): Promise<IncomingMessage> {
    const { token } = this.target
    const asked = request({
      agent: this.agent,
      host: this.host,
      port: this.port,
      path: this.path + path,
      signal: stop,
      headers: {
        host: this.hostHeader,
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        asked.once('response', resolve)
        asked.on('error', reject)
        asked.end()
      })
    } catch (error) {
      if (!isAgain && asked.reusedSocket && !stop.aborted && (error as NodeJS.ErrnoException).code === 'ECONNRESET')
        return this.response(path, stop, true)
      throw error
    }
  }
}

const NOT_OURS = 'what answers there is no wiretop'

/** Undefined: longer. The rest is not read, and its connection is not used again. */
async function textOf(response: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/** `Date` was true somewhere within its second, and somewhere on the way of the answer. */
function offsetOf(date: string | undefined, roundTripMs: number): number | undefined {
  const theirs = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isFinite(theirs) ? Math.round(theirs + 500 - (Date.now() - roundTripMs / 2)) : undefined
}

/** What the API of a wiretop says to a refusal. */
function refusalOf(answer: unknown): string | undefined {
  const message = (answer as { readonly error?: { readonly message?: unknown } } | null | undefined)?.error?.message
  return typeof message === 'string' ? message.slice(0, MAX_SAID) : undefined
}
const MAX_SAID = 200

function refusedBy(status: number, response: IncomingMessage, text: string | undefined): Unanswered {
  const said = refusalOf(jsonOf(text))
  const more = said === undefined ? '' : `: ${said}`
  if (status === 401) return { state: 'refused', why: `it wants a token that it knows${more}` }
  if (status === 403) return { state: 'refused', why: `it does not let this token ask${more}` }
  if (status === 421 && said !== undefined) return { state: 'refused', why: said }
  if (status >= 300 && status < 400) {
    const { location } = response.headers
    return { state: 'not-wiretop', why: `it leads elsewhere: ${location?.slice(0, MAX_SAID) ?? `HTTP ${status}`}` }
  }
  if (status >= 500) return { state: 'unreachable', why: `it cannot answer now (HTTP ${status})${more}` }
  if (said !== undefined) return { state: 'refused', why: `HTTP ${status}${more}` }
  return { state: 'not-wiretop', why: `${NOT_OURS} (HTTP ${status})` }
}

/** What the parser of HTTP and that of TLS meet when the other one is spoken. */
function faultOf(error: Error): Unanswered {
  const { code = '' } = error as NodeJS.ErrnoException
  if (error instanceof Untrusted) return { state: 'untrusted', why: error.message, offered: error.offered }
  if (code.startsWith('HPE_')) return { state: 'not-wiretop', why: 'what answers there does not speak HTTP; is it https?' }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return { state: 'not-wiretop', why: 'what answers there does not speak TLS; is it http?' }
  return { state: 'unreachable', why: inWords(error) }
}
