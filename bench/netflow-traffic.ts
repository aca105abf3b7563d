/** NetFlow v9 as a busy router sends it, for benches. */
import { be16, be32, type Field, set, template, UPTIME_MS, v9 } from '../src/sources/netflow/netflow-testing.ts'

export const RECORDS = 30
export const DATAGRAMS = 4096
const HOSTS = 10_000

const FIELDS: readonly Field[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 4],
  [14, 4],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 4],
  [17, 4],
  [9, 1],
  [13, 1],
  [61, 1],
  [58, 2],
]

const host = (n: number) => be32(0x0a00_0000 + (((n * 2_654_435_761) >>> 0) % HOSTS))
const record = (n: number) => [
  ...host(n),
  ...be32(0x0808_0000 + (n % 5000)),
  ...be32(0x0a00_0001),
  ...be32(1 + (n % 8)),
  ...be32(9),
  ...be32(10),
  ...be32(9000),
  ...be32(UPTIME_MS - 4000),
  ...be32(UPTIME_MS - 500),
  ...be16(1024 + (n % 60_000)),
  ...be16(n % 3 === 0 ? 53 : 443),
  0x1b,
  n % 3 === 0 ? 17 : 6,
  0,
  ...be32(65_001),
  ...be32(15_169),
  24,
  16,
  0,
  ...be16(0),
]
const nowSeconds = () => Math.floor(Date.now() / 1000)
export const templateDatagram = (): Uint8Array => v9({ sequence: 0 }, set(0, template(256, ...FIELDS)))
export const usualDatagrams = (): Uint8Array[] =>
  Array.from({ length: DATAGRAMS }, (_, d) =>
    v9({ sequence: d + 1, seconds: nowSeconds() }, set(256, ...Array.from({ length: RECORDS }, (__, r) => record(d * RECORDS + r)))),
  )
