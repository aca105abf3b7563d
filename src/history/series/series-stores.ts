import type {
  DeletedSeries,
  InterfacePoints,
  NamesQuery,
  PointAnswer,
  PointQuery,
  SeriesStats,
  SeriesStore,
} from '../../lib/series-points.ts'

/** Several stores that are all written to; the first is the one that is read. */
export class SeriesStores implements SeriesStore {
  readonly kind: string
  private readonly stores: readonly [SeriesStore, ...SeriesStore[]]

  constructor(stores: readonly [SeriesStore, ...SeriesStore[]]) {
    this.stores = stores
    this.kind = stores.map(({ kind }) => kind).join(' and ')
  }

  /** One that cannot take the points does not keep the others from them. */
  async write(points: InterfacePoints): Promise<void> {
    const written = await Promise.allSettled(this.stores.map((store) => store.write(points)))
    for (const one of written) if (one.status === 'rejected') throw one.reason
  }

  read(query: PointQuery): Promise<PointAnswer> {
    return this.stores[0].read(query)
  }
  names(query: NamesQuery): Promise<readonly string[]> {
    return this.stores[0].names(query)
  }

  async deleteHosts(isMeant: (host: string) => boolean, isTrial: boolean, fault: (why: string) => void): Promise<DeletedSeries> {
    const all = await Promise.all(this.stores.map((store) => store.deleteHosts?.(isMeant, isTrial, fault)))
    const sum = (of: keyof DeletedSeries) => all.reduce((total, one) => total + (one?.[of] ?? 0), 0)
    return { series: sum('series'), rrdFiles: sum('rrdFiles') }
  }

  stats(): SeriesStats {
    const all = this.stores.map((store) => store.stats())
    const sum = (of: (stats: SeriesStats) => number) => all.reduce((total, stats) => total + of(stats), 0)
    return {
      kind: this.kind,
      bytes: sum(({ bytes }) => bytes),
      files: sum(({ files }) => files),
      series: all[0]!.series,
      lost: sum(({ lost }) => lost),
      faults: all.flatMap(({ faults }) => faults),
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.stores.map((store) => store.close()))
  }
}
