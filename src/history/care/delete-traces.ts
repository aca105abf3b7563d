/** Deletes what is kept of hosts beside the records of their flows: their series, when they were active, whom they contacted. */
import { existsSync, readdirSync } from 'node:fs'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type HostNetwork, type HostTraces, NO_TRACES } from '../../lib/history.ts'
import type { DeletedSeries } from '../../lib/series-points.ts'
import { withoutHosts } from '../../tables/activity-image.ts'
import { dayWithoutHosts } from '../../tables/day-image.ts'
import type { HostTest } from '../../tables/host-days.ts'
import { formatAddress } from '../../wire/address.ts'
import { deleteContacts } from '../contact-file.ts'
import { isHostMeant } from '../host-condition.ts'
import { RrdFolder } from '../rrd/rrd-folder.ts'
import { Segment } from '../series/series-segment.ts'
import { SeriesShelf } from '../series/series-shelf.ts'
import { firstLine } from './file-facts.ts'

const INTERFACE = /^[1-9]\d*$/
const SERIES = 'series'
const RRD_FOLDER = 'rrd'
const ACTIVITY = 'activity'
const CONTACTS = 'datadump'
const DATABASE = '.sqlite'
const PRIVATE_FILE = 0o600
/** A file that is written at the same time is read again so often. */
const TRIES = 5

export interface TraceDeletion {
  /** The data folder. */
  readonly folder: string
  readonly network: HostNetwork
  /** Only counted: nothing is removed. */
  readonly isTrial: boolean
  readonly signal: AbortSignal
  /** Where there may be more of them: one line. */
  fault(why: string): void
}
type IsMeant = (host: string) => boolean

/** `series`: how those go, where they are open already; without it the files of the folder are opened here. What is in small state stays (state/host-keys.ts). */
export async function deleteTraces(
  wanted: TraceDeletion,
  series?: (isMeant: IsMeant) => Promise<DeletedSeries | undefined>,
): Promise<HostTraces> {
  const isMeant: IsMeant = (host) => isHostMeant(wanted.network, host)
  const gone = await (series ?? (() => deleteSeries(wanted, isMeant)))(isMeant)
  const { activeHours, contacts } = await deleteObserved(wanted, isMeant)
  return { ...NO_TRACES, ...gone, activeHours, contacts: contacts + (await deleteFromDumps(wanted, isMeant)) }
}

/** Nobody has them open. */
async function deleteSeries({ folder, isTrial, signal, fault }: TraceDeletion, isMeant: IsMeant): Promise<DeletedSeries> {
  let series = 0
  let rrdFiles = 0
  for (const id of readdirSync(folder).filter((name) => INTERFACE.test(name))) {
    signal.throwIfAborted()
    const [files, rrd] = [join(folder, id, SERIES), join(folder, id, RRD_FOLDER)]
    try {
      if (existsSync(files)) series += await deleteFromShelf(files, isMeant, isTrial, fault)
      if (existsSync(rrd))
        rrdFiles += new RrdFolder(rrd, { fault, lost: () => undefined, takeRoom: () => false }).removeHosts(isMeant, isTrial).files
    } catch (error) {
      fault(`${join(folder, id)} may still have series of them: ${firstLine(error)}`)
    }
  }
  return { series, rrdFiles }
}
async function deleteFromShelf(folder: string, isMeant: IsMeant, isTrial: boolean, fault: TraceDeletion['fault']): Promise<number> {
  const house = { segment: (path: string) => new Segment(path), forget: () => undefined, fault, lost: () => undefined }
  const shelf = new SeriesShelf(folder, house)
  try {
    return await shelf.deleteHosts(isMeant, isTrial, fault)
  } finally {
    await shelf.close()
  }
}

interface Rest {
  readonly image: Uint8Array
  readonly gone: number
}
/** Images that are kept of interfaces, and what is counted in which. */
const IMAGES = [
  { ending: '.seconds', of: 'activeHours', without: (bytes: Uint8Array, isMeant: HostTest) => withoutHosts(bytes, isMeant) },
  { ending: '.counts', of: 'contacts', without: (bytes: Uint8Array, isMeant: HostTest) => dayWithoutHosts(bytes, crc32, isMeant) },
] as const satisfies readonly { ending: string; of: string; without: (bytes: Uint8Array, isMeant: HostTest) => Rest | undefined }[]

async function deleteObserved({ folder, isTrial, signal, fault }: TraceDeletion, isMeant: IsMeant) {
  const root = join(folder, ACTIVITY)
  if (!existsSync(root)) return { activeHours: 0, contacts: 0 }
  const isHost: HostTest = (w0, w1, w2, w3, vlan) => isMeant(`${formatAddress(w0, w1, w2, w3)}@${vlan}`)
  const gone = { activeHours: 0, contacts: 0 }
  for (const name of readdirSync(root, { recursive: true }).map(String)) {
    const kind = IMAGES.find(({ ending }) => name.endsWith(ending))
    if (kind === undefined) continue
    signal.throwIfAborted()
    const path = join(root, name)
    try {
      gone[kind.of] += await deleteFromImage(path, (bytes) => kind.without(bytes, isHost), isTrial)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') fault(`${path} may still have some: ${firstLine(error)}`)
    }
  }
  return gone
}

/** Whoever writes it has forgotten them already: what came meanwhile is taken as it is then. */
async function deleteFromImage(path: string, without: (bytes: Uint8Array) => Rest | undefined, isTrial: boolean): Promise<number> {
  for (let tries = 1; ; tries++) {
    const before = await stat(path)
    const rest = without(await readFile(path))
    if (rest === undefined) throw new Error('it is damaged')
    if (rest.gone === 0 || isTrial) return rest.gone
    await writeFile(`${path}.less`, rest.image, { mode: PRIVATE_FILE, flush: true })
    const now = await stat(path)
    if (now.ino === before.ino && now.mtimeMs === before.mtimeMs) {
      await rename(`${path}.less`, path)
      return rest.gone
    }
    await rm(`${path}.less`, { force: true })
    if (tries === TRIES) throw new Error('it is being written all the time')
  }
}

async function deleteFromDumps({ folder, isTrial, signal, fault }: TraceDeletion, isMeant: IsMeant): Promise<number> {
  const root = join(folder, CONTACTS)
  if (!existsSync(root)) return 0
  let contacts = 0
  for (const name of readdirSync(root).filter((one) => one.endsWith(DATABASE))) {
    signal.throwIfAborted()
    await new Promise((resolve) => setImmediate(resolve))
    try {
      contacts += deleteContacts(join(root, name), isMeant, isTrial)
    } catch (error) {
      fault(`${join(root, name)} may still have some: ${firstLine(error)}`)
    }
  }
  return contacts
}
