import { activityOf, rangeAsked } from '../lib/activity.ts'
import type { ExporterRow } from '../lib/exporters.ts'
import { type Entity, entities, TRENDS } from '../lib/fields.ts'
import {
  type Answer,
  type Ask,
  BadQuestion,
  type Dump,
  type ListAnswer,
  type ListQuery,
  type Question,
  type Series,
  type SeriesQuery,
  type Totals,
} from '../lib/live.ts'
import type { SourceStats } from '../lib/source.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { trendOf } from '../tables/rate.ts'
import { SERIES_SECONDS } from '../tables/series.ts'
import { type Elsewhere, setAside } from '../tables/set-aside.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { aggregationView } from '../tables/views/aggregation-view.ts'
import { contactView } from '../tables/views/contact-view.ts'
import { exporterView } from '../tables/views/exporter-view.ts'
import { flowView, rowOfFlowId } from '../tables/views/flow-view.ts'
import { hostView } from '../tables/views/host-view.ts'
import { macView, nonIpView } from '../tables/views/mac-view.ts'
import { countryView, systemView } from '../tables/views/owner-view.ts'
import { programView } from '../tables/views/program-view.ts'
import { appName, appView, categoryView, l4View, portView, vlanView } from '../tables/views/roll-up-view.ts'
import { talkerView } from '../tables/views/talker-view.ts'
import type { View } from '../tables/views/view.ts'
import { parseAddress } from '../wire/address.ts'
import { MALFORMED } from '../wire/malformed.ts'
import { activityBits, forgetObserved } from './activity.ts'
import { aggregationOf, aggregationPart, dayUntil } from './aggregation.ts'
import { columns, isAmong } from './columns.ts'
import { countedElsewhere, flowsSeen } from './contacts-once.ts'
import { flowDetail, hostDetail, indexedLinks, scannedLinks } from './details.ts'
import { facets } from './facets.ts'
import { hostSeriesOf, hostSeriesPart } from './host-series.ts'
import { list } from './list.ts'
import type { PartAnswer, PartAsk, PartQuestion, SeriesPart } from './merge/part.ts'
import { dumpPart, flowItems, flowPart, flowParts, hostItems, MAX_DUMP, partBehindMac, partOfHost, vlansOf } from './parts.ts'
import { TableChanges } from './row-changes.ts'
import { byHit, hitsOf, search } from './search.ts'
import { portCourse, SERIES_COLUMNS, seriesOf } from './series.ts'

/** Those who have begun anew ask with another salt. */
const MAX_ASKERS = 2
/** Hits of a search that one worker of several sends at most. */
const MAX_HITS = 10_000

const VIEWS: { readonly [E in Entity]: (t: LiveTables) => View<E> } = {
  flows: flowView,
  hosts: hostView,
  macs: macView,
  apps: appView,
  categories: categoryView,
  l4: l4View,
  ports: portView,
  vlans: vlanView,
  nonip: nonIpView,
  talkers: talkerView,
  contacts: contactView,
  aggregations: aggregationView,
  programs: programView,
  exporters: exporterView,
  systems: systemView,
  countries: countryView,
}

/** Answers every question about one interface from its tables. */
export class Answers {
  private readonly t: LiveTables
  private readonly stats: () => SourceStats
  private readonly name: string
  /** What was told to whom, by the salts that they ask with: the workers of one interface, and all interfaces together. */
  private readonly changes = new Map<number, TableChanges>()

  constructor(tables: LiveTables, stats: () => SourceStats, name: string) {
    this.t = tables
    this.stats = stats
    this.name = name
  }

  /** What one worker of several is asked by those who merge (merge/part.ts). */
  part<Q extends PartQuestion>(question: Q, ask: PartAsk<Q>, elsewhere?: Elsewhere): PartAnswer<Q> {
    this.t.settle()
    return setAside(this.t, elsewhere, () => (this.partHandlers[question] as (ask: PartAsk<Q>) => PartAnswer<Q>)(ask))
  }

  private readonly partHandlers: { readonly [Q in PartQuestion]: (ask: PartAsk<Q>) => PartAnswer<Q> } = {
    partTotals: ({ changes }) => ({
      totals: this.totals(),
      bpsBefore: this.t.booking.bpsBefore,
      ...(changes && { changes: this.changesFor(changes.salt).since(changes.after, changes.salt) }),
    }),
    columns: (ask) => columns(this.t, this.partView(ask), ask),
    hostItems: (ask) => hostItems(this.t, ask),
    flowItems: (ask) => flowItems(this.t, ask),
    flowParts: (ask) => flowParts(this.t, ask),
    flowPart: (ask) => flowPart(this.t, ask),
    vlansOf: (ask) => vlansOf(this.t, ask),
    hostPart: (ask) => partOfHost(this.t, ask),
    behindMac: (ask) => partBehindMac(this.t, ask),
    activityPart: (ask) => activityBits(this.t, ask),
    aggregationPart: ({ fromS, toS, ...ask }) => aggregationPart(this.t, ask, { fromS, toS }),
    hostSeriesPart: (ask) => hostSeriesPart(this.t, ask),
    flowsSeen: (ask) => flowsSeen(this.t, ask),
    countedElsewhere: (ask) => countedElsewhere(this.t, ask),
    forgetObserved: (ask) => forgetObserved(this.t, ask),
    bringRecordsUp: () => this.bringRecordsUp(),
    seriesPart: ({ of, seconds }) => this.seriesPart(of, seconds),
    searchPart: ({ text }) => hitsOf(this.t, text).sort(byHit).slice(0, MAX_HITS),
    dumpPart: (ask) => dumpPart(this.t, ask),
  }
  private bringRecordsUp(): true {
    for (const records of this.t.records) records.bringUp()
    return true
  }
  private changesFor(salt: number): TableChanges {
    const { changes } = this
    let told = changes.get(salt)
    if (told === undefined) {
      if (changes.size === MAX_ASKERS) changes.delete(changes.keys().next().value!)
      told = new TableChanges(this.t)
      changes.set(salt, told)
    }
    return told
  }
  private partView({ entity, without }: PartAsk<'columns'>): View {
    return (entity === 'talkers' ? talkerView(this.t, isAmong(without)) : this.view(entity)) as View
  }

  answer<Q extends Question>(question: Q, ask: Ask<Q>): Answer<Q> {
    this.t.settle()
    const handler = this.handlers[question] as ((ask: Ask<Q>) => Answer<Q>) | undefined
    if (handler === undefined) throw new BadQuestion('question', `there is no question ${question}`)
    return handler(ask)
  }

  private readonly handlers: { readonly [Q in Question]: (ask: Ask<Q>) => Answer<Q> } = {
    totals: () => this.totals(),
    list: (ask) => this.list(ask),
    flow: ({ id }) => {
      const row = rowOfFlowId(this.t, id)
      return row < 0 ? null : flowDetail(this.t, row)
    },
    events: ({ host, flow, limit }) => this.events(host, flow, limit),
    exporterPort: ({ number, ifIndex, points }) => {
      const course = (this.t.exporters[number] as ExporterRow | undefined)?.portCourse(ifIndex)
      return course === undefined ? null : portCourse(course, points)
    },
    exporterCounters: ({ number, ifIndex }) => (this.t.exporters[number] as ExporterRow | undefined)?.counterCourses(ifIndex) ?? null,
    exporter: ({ number }) => (this.t.exporters[number] as ExporterRow | undefined)?.info ?? null,
    host: ({ address, vlan }) => {
      const row = this.hostRow(address, vlan)
      return row < 0 ? null : hostDetail(this.t, row)
    },
    hostSeries: (ask) => this.hostSeries(ask),
    activity: (ask) => this.activity(ask),
    aggregation: (ask) => {
      const range = dayUntil(this.t.nowMs)
      const part = aggregationPart(this.t, ask, range)
      return part && aggregationOf(part, range)
    },
    series: (ask) => this.series(ask),
    search: ({ text, limit }) => search(this.t, text, limit),
    facets: ({ entity, fields, filter, prefix, limit }) => facets(this.view(entity) as View, fields, filter, prefix, limit, this.t.nowMs),
    sizes: () => ({ packets: [...this.t.sizePackets], bytes: [...this.t.sizeBytes] }),
    malformed: () => Object.fromEntries([...this.t.decoder.malformed].flatMap((n, i) => (n > 0 ? [[MALFORMED[i]!, n] as const] : []))),
    dump: ({ address, vlan }) => this.dump(address, vlan),
  }

  private events(host: string | undefined, id: string | undefined, limit: number): Answer<'events'> {
    const row = id === undefined ? -1 : rowOfFlowId(this.t, id)
    if (id !== undefined && row < 0) return []
    const { client, clientPort, server, serverPort } = flowView(this.t).read
    const flow =
      row < 0 ? undefined : { client: client(row), clientPort: clientPort(row), server: server(row), serverPort: serverPort(row) }
    return this.t.events?.latest({ host, flow, limit }) ?? []
  }

  private view<E extends Entity>(entity: E): View<E> {
    const make = VIEWS[entity]
    if (make === undefined) throw new BadQuestion('entity', `there is no table ${entity}`, undefined, Object.keys(entities))
    return make(this.t)
  }

  private list(query: ListQuery): ListAnswer {
    return list(this.view(query.entity), query, this.t.nowMs) as ListAnswer
  }

  /** Without a VLAN: the address in whichever VLAN has most traffic. */
  private hostRow(address: string, vlan: number | undefined): number {
    const words = parseAddress(address)
    if (words === undefined) throw new BadQuestion('address', `${address} is not an address`)
    const { hosts } = this.t
    if (vlan !== undefined) return hosts.find(...words, vlan)
    const untagged = hosts.find(...words, 0)
    if (untagged >= 0) return untagged
    const view = hostView(this.t)
    let best = -1
    for (let row = 0; row < view.used(); row++)
      if (view.isLive(row) && view.read.address(row) === address && (best < 0 || view.bytes(row) > view.bytes(best))) best = row
    return best
  }

  private hostSeries({ address, vlan, seconds, points }: Ask<'hostSeries'>): Answer<'hostSeries'> {
    const row = this.hostRow(address, vlan)
    const inVlan = row < 0 ? (vlan ?? 0) : this.t.hosts.rows.go(row).vlan
    const part = hostSeriesPart(this.t, { address, vlan: inVlan, seconds, ...(row < 0 && { onlyWatched: true }) })
    return part && hostSeriesOf(part, points)
  }

  totals(): Totals {
    const { t } = this
    const { booking } = t
    return {
      nowMs: t.nowMs,
      firstSeenMs: t.firstSeenMs,
      packets: t.packets,
      bytes: t.bytes,
      bytesSent: booking.bytesSent,
      bytesRcvd: booking.bytesRcvd,
      bps: booking.bps,
      bpsSent: booking.bpsSent,
      bpsRcvd: booking.bpsRcvd,
      pps: booking.pps,
      trend: TRENDS[trendOf(booking.bps, booking.bpsBefore)],
      flows: t.flows.rows.live,
      flowsLimit: t.flows.limit,
      flowsTotal: t.flowsTotal,
      hosts: t.hosts.rows.live,
      hostsLimit: t.hosts.limit,
      localHosts: t.localHosts,
      macs: t.macs.rows.live,
      packetsWithoutFlow: t.packetsWithoutFlow,
      hostsRefused: t.hostsRefused,
      flowsGivenUp: t.recogniser.flowsGivenUp,
      dropped: this.stats().dropped,
      malformed: t.malformedPackets,
      nonIpPackets: t.nonIpPackets,
      nonIpBytes: t.nonIpBytes,
      clockGaps: t.clockGaps,
      clockSteps: t.clockSteps,
      tcp: { retransmissions: t.retransmissions, outOfOrder: t.outOfOrder, lost: t.lost, zeroWindow: t.zeroWindow },
    }
  }

  private activity(ask: Ask<'activity'>): Answer<'activity'> {
    const range = rangeAsked(ask, this.t.nowMs)
    const bits = activityBits(this.t, { ...ask, ...range })
    return bits && activityOf(ask, range, bits)
  }

  private series(query: SeriesQuery): Series {
    return seriesOf(this.seriesPart(query.of, query.seconds), query)
  }

  /** The columns that a series is made of, second by second. */
  private seriesPart(of: SeriesQuery['of'], seconds: number): SeriesPart {
    const { apps, series } = this.t.booking
    const span = Math.min(Math.max(1, Math.floor(seconds)), SERIES_SECONDS, series.seconds)
    const part = { lastMs: series.lastMs, seconds: span }
    const column = (key: string | number, name: string, label: string) => ({ name, label, values: series.last(key, span) })
    const fixed = SERIES_COLUMNS[of]
    if (fixed === undefined) throw new BadQuestion('of', `there is no series ${of}`, undefined, Object.keys(SERIES_COLUMNS))
    const columns = fixed.map(([name, label]) => column(name, name, label))
    if (of !== 'apps') return { ...part, columns }
    const rows = [...series.keys()].filter((key) => typeof key === 'number')
    const named = rows.map((row) => [row, appName(this.t, apps.keys[row]!)] as const)
    return { ...part, columns: [...columns, ...named.map(([row, name]) => column(row, name, name))] }
  }

  private dump(address: string | undefined, vlan: number | undefined): Dump {
    const { t } = this
    const only = address === undefined ? -1 : this.hostRow(address, vlan)
    const hosts: number[] = []
    const flows: number[] = []
    if (address === undefined)
      for (let row = 0; row < t.hosts.rows.used && hosts.length < MAX_DUMP; row++) {
        if (t.hosts.rows.go(row).flags !== 0) hosts.push(row)
      }
    else if (only >= 0) hosts.push(only)
    for (let row = 0; row < t.flows.rows.used && flows.length < MAX_DUMP; row++) {
      const r = t.flows.rows.go(row)
      if ((r.flags & FLOW_LIVE) !== 0 && (address === undefined || (only >= 0 && (r.host(0) === only || r.host(1) === only))))
        flows.push(row)
    }
    const links = only >= 0 ? scannedLinks(t) : indexedLinks(t)
    return {
      interface: this.name,
      nowMs: t.nowMs,
      totals: this.totals(),
      hosts: hosts.map((row) => hostDetail(t, row, links)),
      flows: flows.map((row) => flowDetail(t, row)),
    }
  }
}
