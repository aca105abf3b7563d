/**
 * Writes src/names/address-ranges.gen.ts from the package @ip-location-db/asn: the networks that the autonomous systems of some applications announce.
 * `--check` only compares.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { generated } from './generated.ts'

/** Applications whose owners run autonomous systems for them and for little else. */
const SYSTEMS: Readonly<Record<string, readonly number[]>> = {
  AVAST: [198605],
  Alibaba: [37963, 45102, 134963],
  AmazonAWS: [7224, 8987, 14618, 16509, 21664],
  Apple: [714, 6185],
  Azure: [3598, 8068, 8069, 8070, 8075, 12076],
  Bloomberg: [8188, 10361, 58850, 199559],
  Cachefly: [30081],
  Cloudflare: [13335, 132892, 202623, 203898],
  DisneyPlus: [11251, 22604],
  Dropbox: [19679, 54372, 393874],
  Edgecast: [14210, 15133],
  EpicGames: [4356, 207845, 207870, 395701, 397645],
  Facebook: [32934, 54115, 63293],
  Github: [36459],
  Google: [15169, 19527, 36040, 36384, 36385, 43515, 139190],
  GoogleCloud: [396982],
  Hulu: [23286],
  Line: [38631],
  Mullvad: [39351, 216025],
  NetFlix: [2906, 40027, 55095],
  NordVPN: [136787, 141039, 147049, 207137],
  Nvidia: [11414, 20347],
  OpenDNS: [25605, 36692],
  ProtonVPN: [199218, 208172, 209103],
  RiotGames: [6507],
  Roblox: [11281, 22697],
  Starcraft: [57976],
  Steam: [32590, 136784],
  SurfShark: [209854],
  TeamViewer: [43304, 208175, 208187, 212710],
  Telegram: [44907, 59930, 62014, 62041, 211157],
  Tencent: [45090, 132203, 132591, 133478, 137876],
  Twitch: [46489],
  Twitter: [13414, 35995, 63179],
  UbuntuONE: [41231],
  VK: [28709, 47541, 47542, 62243, 207581],
  Webex: [9450, 13445, 26152, 399937],
  Yandex: [13238, 44534],
  YandexCloud: [200350, 210656, 215013],
  Zoom: [30103],
}
/** Of IPv6 networks no longer prefix is told apart: so much of an address is one exact number. */
const IPV6_BITS = 48
const BLOCK = 1n << (128n - BigInt(IPV6_BITS))

const packageOf = createRequire(import.meta.url)
const ownerOf = new Map(Object.entries(SYSTEMS).flatMap(([app, numbers]) => numbers.map((n) => [String(n), app])))

/** First and last number of the ranges of each application, in order, those that touch joined. */
function rangesOf(file: string, firstOf: (text: string) => number, lastOf = firstOf): Map<string, [first: number, last: number][]> {
  const found = new Map<string, [number, number][]>()
  for (const line of readFileSync(packageOf.resolve(`@ip-location-db/asn/${file}`), 'utf8').split('\n')) {
    const [first = '', last = '', system = ''] = line.split(',', 3)
    const app = ownerOf.get(system)
    if (app === undefined) continue
    const ranges = found.get(app) ?? []
    found.set(app, ranges)
    const previous = ranges.at(-1)
    if (previous !== undefined && previous[1] + 1 >= firstOf(first)) previous[1] = Math.max(previous[1], lastOf(last))
    else ranges.push([firstOf(first), lastOf(last)])
  }
  return found
}

/** The networks that make up a range. */
function* networks([first, last]: readonly [number, number], bits: number): Generator<[at: number, length: number]> {
  for (let at = first; at <= last; ) {
    let free = 0
    while (at % 2 ** (free + 1) === 0 && at + 2 ** (free + 1) - 1 <= last) free++
    yield [at, bits - free]
    at += 2 ** free
  }
}

const ipv4Text = (n: number) => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.')
const ipv6Text = (n: number) => {
  const groups = [32, 16, 0].map((shift) => (Math.floor(n / 2 ** shift) % 65_536).toString(16))
  while (groups.at(-1) === '0') groups.pop()
  return `${groups.join(':')}::`
}

const ipv4 = rangesOf('asn-ipv4-num.csv', Number)
// Of what is less than a block nothing is left.
const ipv6 = rangesOf(
  'asn-ipv6-num.csv',
  (text) => Number((BigInt(text) + BLOCK - 1n) / BLOCK),
  (text) => Number((BigInt(text) + 1n) / BLOCK) - 1,
)

const entries = Object.keys(SYSTEMS)
  .sort()
  .map((app) => {
    const four = (ipv4.get(app) ?? []).flatMap((range) => [...networks(range, 32)].map(([at, length]) => `${ipv4Text(at)}/${length}`))
    const six = (ipv6.get(app) ?? []).flatMap((range) => [...networks(range, IPV6_BITS)].map(([at, length]) => `${ipv6Text(at)}/${length}`))
    return `  ${app}: '${[...four, ...six].join(' ')}',`
  })

generated(
  'src/names/address-ranges.gen.ts',
  `// Written by tools/gen-address-ranges.ts from the package @ip-location-db/asn (see NOTICE). Not to be edited.
/** Networks by the application whose owner's autonomous systems announce them. */
export const announcedRanges: Readonly<Record<string, string>> = {
${entries.join('\n')}
}
`,
)
