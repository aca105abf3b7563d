/** The traffic that benches read: the standard load where it can be made, else the samples over and over with other addresses. */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pcapFileHeader, pcapRecord } from '../src/sources/pcap-writer.ts'
import { root } from './measure.ts'

const CORPUS = join(root, '../shared/corpus/dpi')
const BYTES = 1_000_000_000
const SEED_SPACING_US = 10
const ETHERNET = 1

/**
 * Path of a capture of about 1 GB, made once and kept in the temporary directory: $WIRETOP_BENCH_CAPTURE, or made by the corpus' makebig.mjs (`spacingUs`
 * between packets), or from the samples.
 */
export function benchCapture(spacingUs = SEED_SPACING_US): string {
  const given = process.env['WIRETOP_BENCH_CAPTURE']
  if (given !== undefined && spacingUs === SEED_SPACING_US) return given
  const fromCorpus = existsSync(join(CORPUS, 'makebig.mjs'))
  const path = join(tmpdir(), `wiretop-bench-${fromCorpus ? 'mixed' : 'samples'}-${spacingUs}us.pcap`)
  if (existsSync(path)) return path
  console.error(`making ${path} …`)
  const making = `${path}.part`
  if (fromCorpus) {
    const args = spacingUs === SEED_SPACING_US ? [] : ['64', String(spacingUs)]
    execFileSync(process.execPath, [join(CORPUS, 'makebig.mjs'), join(CORPUS, 'captures'), String(BYTES), '1', making, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } else fromSamples(making, spacingUs)
  renameSync(making, path)
  return path
}

/** Every Ethernet frame of the samples, round after round; each round's IPv4 hosts have addresses of their own. */
function fromSamples(path: string, spacingUs: number): void {
  const frames = readdirSync(join(root, 'samples'))
    .filter((name) => name.endsWith('.pcap'))
    .flatMap((name) => framesOf(readFileSync(join(root, 'samples', name))))
  const fd = openSync(path, 'w')
  writeSync(fd, pcapFileHeader({ linkType: ETHERNET }))
  let tsMs = 1_700_000_000_000
  for (let round = 0, written = 0; written < BYTES; round++) {
    for (const frame of frames) {
      const data = Uint8Array.from(frame)
      moveAddresses(data, round)
      written += writeSync(fd, pcapRecord({ tsMs, data }))
      tsMs += spacingUs / 1000
    }
  }
  closeSync(fd)
}

function framesOf(file: Buffer): Uint8Array[] {
  const frames: Uint8Array[] = []
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== ETHERNET) return frames
  for (let at = 24; at + 16 <= file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8)
    frames.push(file.subarray(at + 16, end))
    at = end
  }
  return frames
}

const ETHERTYPE_AT = 12
const IPV4_SOURCE_AT = 26
const IPV4_DESTINATION_AT = 30

function moveAddresses(data: Uint8Array, round: number): void {
  if (data.length < 34 || data[ETHERTYPE_AT] !== 0x08 || data[ETHERTYPE_AT + 1] !== 0) return
  for (const at of [IPV4_SOURCE_AT, IPV4_DESTINATION_AT]) {
    if (data[at]! >= 224) continue
    data[at + 1]! ^= round & 255
    data[at + 2]! ^= (round >> 8) & 255
  }
}
