import type { HostActivity } from '../../src/lib/activity.ts'
import type { AggregationDetail } from '../../src/lib/aggregations.ts'
import type { CustomDocument, RuleKind } from '../../src/lib/custom-rules.ts'
import type { NetworkEvent } from '../../src/lib/events.ts'
import type { CounterCourse, ExporterInfo } from '../../src/lib/exporters.ts'
import type { Entity } from '../../src/lib/fields.ts'
import type { ExportInfo } from '../../src/lib/flow-export.ts'
import type { FlowAnswer, StoreStats } from '../../src/lib/history.ts'
import type { InstanceInfo, InstancesAnswer } from '../../src/lib/instances.ts'
import type { KeptSeries } from '../../src/lib/kept-series.ts'
import type { StateStats } from '../../src/lib/key-value.ts'
import type {
  Facet,
  FlowDetail,
  HostDetail,
  HostSeries,
  InterfaceInfo,
  ListAnswer,
  SearchHit,
  Series,
  SeriesQuery,
  Totals,
} from '../../src/lib/live.ts'
import type { DeviceInfo } from '../../src/lib/live-capture.ts'
import type { RingState, ShownRecording } from '../../src/lib/recording.ts'
import type { QueryChange, SavedQuery } from '../../src/lib/saved-queries.ts'
import type { SeriesKind, SeriesStats } from '../../src/lib/series-points.ts'
import type { ProtocolInfo } from '../../src/names/protocols.ts'

/** An answer that is not the one asked for; `code`, `field` and `offset` as the API gives them. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly field: string | undefined
  readonly offset: number | undefined
  constructor(status: number, code: string, message: string, field?: string, offset?: number) {
    super(message)
    this.status = status
    this.code = code
    this.field = field
    this.offset = offset
  }
}
/** No answer at all: the server is away. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** One series by its name, or those with most of a kind. */
export interface KeptAsk {
  readonly interface?: number
  readonly kind: SeriesKind
  readonly name?: string
  readonly prefix?: string
  readonly expected: boolean
  readonly from: number
  readonly to: number
  readonly points: number
}

type Params = Readonly<Record<string, string | number | undefined>>

export function url(path: string, params: Params = {}): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) if (value !== undefined && value !== '') query.set(key, String(value))
  const text = query.toString()
  return `/api/v1/${path}${text === '' ? '' : `?${text}`}`
}

export async function errorOf(status: number, text: string): Promise<ApiError> {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; field?: string; offset?: number } }
    return new ApiError(status, error.code, error.message, error.field, error.offset)
  } catch {
    return new ApiError(status, 'http', `HTTP ${status}`)
  }
}

async function request<T>(method: string, path: string, params: Params, signal?: AbortSignal, body?: string | object): Promise<T> {
  let response: Response
  try {
    response = await fetch(url(path, params), {
      method,
      headers: { accept: 'application/json', ...(typeof body === 'object' && { 'content-type': 'application/json' }) },
      ...(signal && { signal }),
      ...(body !== undefined && { body: typeof body === 'object' ? JSON.stringify(body) : body }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Unreachable(String(error))
  }
  const text = await response.text()
  // A proxy's answer for a server that is away.
  if (response.status === 502 || response.status === 504) throw new Unreachable(`HTTP ${response.status}`)
  if (!response.ok) throw await errorOf(response.status, text)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export interface InterfaceEntry extends InterfaceInfo {
  readonly totals?: Totals
}
export interface InterfacesAnswer {
  readonly interfaces: readonly InterfaceEntry[]
  /** All together, where there are several. */
  readonly all?: InterfaceEntry
}
export interface InterfaceDetail extends InterfaceEntry {
  readonly malformed?: Readonly<Record<string, number>>
  readonly sizes?: { readonly packets: readonly number[]; readonly bytes: readonly number[] }
}
export interface DevicesAnswer {
  readonly devices: readonly DeviceInfo[]
  /** Why none of them can be captured. */
  readonly refusal?: string
}
export interface ListAsk {
  readonly interface: number
  readonly filter?: string | undefined
  readonly sort?: string | undefined
  readonly order?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}
export interface HistoryRange {
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly interface?: number | undefined
  readonly filter?: string | undefined
}
/** Which packets, and until when; one of host, flow and filter. */
export interface RecordingParams {
  readonly interface: number
  readonly host?: string
  readonly vlan?: number
  readonly flow?: string
  readonly filter?: string
  readonly maxPackets?: number
  readonly maxBytes?: number
  readonly maxSeconds?: number
  readonly format?: string
}
/** What is not said stays; an empty text takes away. */
export interface InstanceSaid {
  readonly name?: string
  readonly url?: string
  readonly token?: string
  readonly certificate?: string
}
export interface CompletionAnswer {
  readonly from: number
  readonly to: number
  readonly options: readonly { readonly text: string; readonly label: string; readonly detail: string; readonly kind: string }[]
}

export const api = {
  interfaces: (signal?: AbortSignal) => request<InterfacesAnswer>('GET', 'interfaces', {}, signal),
  totals: (ofInterface: number, signal?: AbortSignal) => request<Totals>('GET', 'totals', { interface: ofInterface }, signal),
  interface: (id: number, signal?: AbortSignal) => request<InterfaceDetail>('GET', `interfaces/${id}`, {}, signal),
  restart: (id: number) => request<unknown>('POST', `interfaces/${id}/restart`, {}),
  rename: (id: number, name: string) => request<InterfaceInfo>('PATCH', `interfaces/${id}`, { name }),
  setEnabled: (id: number, enabled: boolean) => request<InterfaceInfo>('PATCH', `interfaces/${id}`, { enabled: String(enabled) }),
  devices: (signal?: AbortSignal) => request<DevicesAnswer>('GET', 'devices', {}, signal),
  capture: (device: string) => request<InterfaceInfo>('POST', `devices/${encodeURIComponent(device)}/capture`, {}),
  remove: (id: number) => request<unknown>('DELETE', `interfaces/${id}`, {}),
  list: <E extends Entity>(entity: E, ask: ListAsk, signal?: AbortSignal) =>
    request<ListAnswer<E>>('GET', entity, ask as unknown as Params, signal),
  flow: (id: string, ofInterface: number, signal?: AbortSignal) =>
    request<FlowDetail>('GET', `flows/${encodeURIComponent(id)}`, { interface: ofInterface }, signal),
  events: (id: number, of: { host?: string; flow?: string; limit: number }, signal?: AbortSignal) =>
    request<{ events: NetworkEvent[] }>('GET', 'events', { interface: id, ...of }, signal),
  exports: (signal?: AbortSignal) => request<{ exports: ExportInfo[] }>('GET', 'exports', {}, signal),
  exporter: (number: string, id: number, signal?: AbortSignal) =>
    request<ExporterInfo>('GET', `exporters/${encodeURIComponent(number)}`, { interface: id }, signal),
  nameExporter: (number: number, id: number, alias: string) =>
    request<unknown>('PATCH', `exporters/${number}`, { interface: id, alias: alias === '' ? ' ' : alias }),
  nameHost: (address: string, name: string) =>
    request<unknown>('PATCH', `hosts/${encodeURIComponent(address)}`, { name: name === '' ? ' ' : name }),
  hostNames: (signal?: AbortSignal) => request<{ hosts: { address: string; name: string }[] }>('GET', 'host-names', {}, signal),
  exporterPort: (number: number, ifIndex: number, id: number, signal?: AbortSignal) =>
    request<Series>('GET', `exporters/${number}/interfaces/${ifIndex}/series`, { interface: id }, signal),
  exporterCounters: (number: number, ifIndex: number | undefined, id: number, signal?: AbortSignal) =>
    request<{ counters: readonly CounterCourse[] }>('GET', `exporters/${number}/counters`, { interface: id, ifIndex }, signal),
  host: (address: string, vlan: string | undefined, ofInterface: number, signal?: AbortSignal) =>
    request<HostDetail>('GET', `hosts/${encodeURIComponent(address)}`, { interface: ofInterface, vlan }, signal),
  hostSeries: (address: string, vlan: number, ofInterface: number, signal?: AbortSignal) =>
    request<HostSeries>('GET', `hosts/${encodeURIComponent(address)}/series`, { interface: ofInterface, vlan }, signal),
  activity: (
    address: string,
    ask: { interface: number; vlan: number; from: number; to: number; step: 'minute' | 'second' },
    signal?: AbortSignal,
  ) => request<HostActivity>('GET', `hosts/${encodeURIComponent(address)}/activity`, { ...ask }, signal),
  aggregation: (ofInterface: number, of: { kind: string; protocol: string; name: string }, signal?: AbortSignal) =>
    request<AggregationDetail>('GET', 'aggregation', { interface: ofInterface, ...of }, signal),
  series: (ofInterface: number, query: SeriesQuery, signal?: AbortSignal) =>
    request<Series>('GET', 'series', { interface: ofInterface, ...query }, signal),
  search: async (ofInterface: number, q: string, limit: number, signal?: AbortSignal) =>
    (await request<{ hits: SearchHit[] }>('GET', 'search', { interface: ofInterface, q, limit }, signal)).hits,
  facets: async (
    ofInterface: number,
    entity: Entity,
    fields: readonly string[],
    filter: string | undefined,
    limit: number,
    signal?: AbortSignal,
  ) =>
    (
      await request<{ facets: Facet[] }>(
        'GET',
        'facets',
        { interface: ofInterface, entity, fields: fields.join(','), filter, limit },
        signal,
      )
    ).facets,
  keptSeries: (ask: KeptAsk, signal?: AbortSignal) =>
    request<KeptSeries>('GET', 'history/series', { ...ask, expected: String(ask.expected) }, signal),
  history: (signal?: AbortSignal) => request<{ store?: StoreStats; series?: SeriesStats }>('GET', 'history', {}, signal),
  state: (signal?: AbortSignal) => request<{ store?: StateStats }>('GET', 'state', {}, signal),
  retainHistory: (change: { readonly days: number; readonly bytes: number }) =>
    request<{ store: StoreStats }>('PATCH', 'history', {}, undefined, change),
  historyGroups: (ask: HistoryRange & { by: string; measures: string; limit: number; step?: number }, signal?: AbortSignal) =>
    request<FlowAnswer>('GET', 'history/groups', { ...ask }, signal),
  historyExport: (ask: HistoryRange & Readonly<Record<string, string | number | undefined>>) => url('history/export', ask),
  historyLoad: (ask: HistoryRange) => request<InterfaceInfo>('POST', 'history/load', { ...ask }),
  historyFlows: (ask: HistoryRange & { sort: string; order: string; limit: number; offset: number }, signal?: AbortSignal) =>
    request<FlowAnswer>('GET', 'history/flows', { ...ask }, signal),
  savedQueries: async (signal?: AbortSignal) => (await request<{ queries: SavedQuery[] }>('GET', 'history/queries', {}, signal)).queries,
  saveQuery: (said: Pick<SavedQuery, 'name' | 'view'>) => request<SavedQuery>('POST', 'history/queries', {}, undefined, said),
  changeQuery: (id: string, said: QueryChange) =>
    request<SavedQuery>('PATCH', `history/queries/${encodeURIComponent(id)}`, {}, undefined, said),
  removeQuery: (id: string) => request<unknown>('DELETE', `history/queries/${encodeURIComponent(id)}`, {}),
  instances: (signal?: AbortSignal) => request<InstancesAnswer>('GET', 'instances', {}, signal),
  addInstance: (said: InstanceSaid) => request<InstanceInfo>('POST', 'instances', {}, undefined, said),
  changeInstance: (id: string, said: InstanceSaid) =>
    request<InstanceInfo>('PATCH', `instances/${encodeURIComponent(id)}`, {}, undefined, said),
  removeInstance: (id: string) => request<unknown>('DELETE', `instances/${encodeURIComponent(id)}`, {}),
  recordings: async (signal?: AbortSignal) => (await request<{ recordings: ShownRecording[] }>('GET', 'recordings', {}, signal)).recordings,
  startRecording: (ask: RecordingParams) => request<ShownRecording>('POST', 'recordings', { ...ask }),
  stopRecording: (id: number) => request<ShownRecording>('POST', `recordings/${id}/stop`, {}),
  removeRecording: (id: number) => request<unknown>('DELETE', `recordings/${id}`, {}),
  packetsKept: (ofInterface: number, signal?: AbortSignal) => request<RingState>('GET', 'packets/kept', { interface: ofInterface }, signal),
  protocols: async (signal?: AbortSignal) => (await request<{ protocols: ProtocolInfo[] }>('GET', 'protocols', {}, signal)).protocols,
  customRules: (kind: RuleKind, signal?: AbortSignal) => request<CustomDocument>('GET', `custom-rules/${kind}`, {}, signal),
  saveCustomRules: (kind: RuleKind, text: string) => request<CustomDocument>('PUT', `custom-rules/${kind}`, {}, undefined, text),
  checkCustomRules: (kind: RuleKind, text: string, signal?: AbortSignal) =>
    request<CustomDocument>('PUT', `custom-rules/${kind}`, { check: 'true' }, signal, text),
  complete: (ofInterface: number, entity: Entity, text: string, offset: number, signal?: AbortSignal) =>
    request<CompletionAnswer>('GET', 'complete', { interface: ofInterface, entity, text, offset }, signal),
}

export interface Upload {
  readonly done: Promise<InterfaceInfo>
  cancel(): void
}
/** Sends a capture; XMLHttpRequest, because fetch cannot tell how much has been sent. */
export function upload(file: File, onProgress: (sent: number) => void): Upload {
  const xhr = new XMLHttpRequest()
  const done = new Promise<InterfaceInfo>((resolve, reject) => {
    xhr.upload.onprogress = (event) => onProgress(event.loaded)
    xhr.onerror = () => reject(new Unreachable('upload'))
    xhr.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
    xhr.onload = () => {
      if (xhr.status === 200 || xhr.status === 201) resolve(JSON.parse(xhr.responseText) as InterfaceInfo)
      else errorOf(xhr.status, xhr.responseText).then(reject, reject)
    }
  })
  xhr.open('POST', url('interfaces', { name: file.name }))
  xhr.setRequestHeader('content-type', 'application/octet-stream')
  xhr.send(file)
  return { done, cancel: () => xhr.abort() }
}
