import type { FanoutGroup } from '../lib/live-capture.ts'
import { LINKTYPE_NONE, linkTypeOfHardware } from './arp-hardware.ts'
import { fanoutProgram } from './fanout-program.ts'
import { CallError } from './native/libc.ts'
import type { GroupOptions, PacketSocket } from './packet-socket.ts'

/** A member that does not come is not waited for any longer: what it takes until then goes to nobody. */
const ARRIVE_WITHIN_MS = 3000

const LINKTYPE_ETHERNET = 1
const LINKTYPE_RAW = 101
const LINKS: Readonly<Record<number, 'ethernet' | 'ip'>> = { [LINKTYPE_ETHERNET]: 'ethernet', [LINKTYPE_RAW]: 'ip' }

/** Becomes a member. Where the kernel takes no program, or the link's headers are not for one, the kernel's own hash has to do; returns why. */
export async function joinGroup(socket: PacketSocket, { groupId, seed }: FanoutGroup, options: GroupOptions): Promise<string | undefined> {
  const linkType = linkTypeOfHardware(socket.bound().hatype)
  const link = linkType === LINKTYPE_NONE ? undefined : LINKS[linkType]
  try {
    if (link !== undefined) {
      await socket.joinProgramGroup(groupId, fanoutProgram({ seed, link }), options)
      return undefined
    }
  } catch (error) {
    // A group that it has joined already it cannot leave.
    if (!(error instanceof CallError) || error.call !== 'PACKET_FANOUT') throw error
    socket.joinHashGroup(groupId, options)
    return `the kernel takes no program that shares packets (${error.reason}): it shares them by its own hash`
  }
  socket.joinHashGroup(groupId, options)
  return 'packets of this kind of link are shared by the hash of the kernel'
}

/** Says that a member is there, or will never be. */
export function arrive({ arrived }: FanoutGroup): void {
  if (arrived === undefined) return
  const count = new Int32Array(arrived)
  Atomics.add(count, 0, 1)
  Atomics.notify(count, 0)
}

/** Resolves when all are there: the share of each changes with every one that joins, and packets must not come to a worker that will not have the next ones of their flow. */
export async function allArrived({ arrived, members }: FanoutGroup): Promise<void> {
  if (arrived === undefined) return
  const count = new Int32Array(arrived)
  const untilMs = performance.now() + ARRIVE_WITHIN_MS
  for (;;) {
    const there = Atomics.load(count, 0)
    const leftMs = untilMs - performance.now()
    if (there >= members || leftMs <= 0) return
    await Atomics.waitAsync(count, 0, there, leftMs).value
  }
}
