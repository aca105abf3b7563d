/**
 * Captures by libpcap until a line comes on standard input, then says as JSON what came.
 *   node libpcap-live-testing.ts DEVICE OPTIONS      OPTIONS: LibpcapLiveOptions as JSON
 */
import { LibpcapLive } from './libpcap-live.ts'
import { CollectingSink } from './testing.ts'

const [device, options] = process.argv.slice(2)
const stop = new AbortController()
process.stdin.once('data', () => stop.abort())
const source = new LibpcapLive(device!, JSON.parse(options!))
const sink = new CollectingSink()
const run = source.run(sink, stop.signal)
process.stdout.write('ready\n')
await run
const { packets, dropped } = source.stats()
process.stdout.write(
  JSON.stringify({
    packets,
    dropped,
    linkTypes: [...new Set(sink.seen.map(({ linkType }) => linkType))],
    frames: sink.seen.map(({ data }) => data),
    span: (sink.seen.at(-1)?.tsMs ?? 0) - (sink.seen[0]?.tsMs ?? 0),
  }),
)
process.stdin.destroy()
