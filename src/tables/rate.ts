/**
 * Throughput without a pass over all rows: a row that gains traffic in tick n moves what it gained in tick n-1 aside and begins to add again. Whoever reads
 * asks for the latest whole tick; a row that has not moved since reads as 0. Bits and packets of one tick, divided by its length, are a rate.
 */
export interface RatedRow {
  tickNo: number
  tickBits(i: number): number
  setTickBits(i: number, value: number): void
  lastBits(i: number): number
  setLastBits(i: number, value: number): void
}
export interface PacketRatedRow extends RatedRow {
  tickPackets: number
  lastPackets: number
}

/** Before adding to tickBits in tick `no`. */
export function turnTick(row: RatedRow, no: number): void {
  const behind = no - row.tickNo
  if (behind === 0) return
  row.setLastBits(0, behind === 1 ? row.tickBits(0) : 0)
  row.setLastBits(1, behind === 1 ? row.tickBits(1) : 0)
  row.setTickBits(0, 0)
  row.setTickBits(1, 0)
  row.tickNo = no
}

/** The same for rows that count packets too. */
export function turnPacketTick(row: PacketRatedRow, no: number): void {
  const behind = no - row.tickNo
  if (behind === 0) return
  row.lastPackets = behind === 1 ? row.tickPackets : 0
  row.tickPackets = 0
  turnTick(row, no)
}

/** Bits of the latest whole tick before tick `no`. */
export function bitsOfTick(row: RatedRow, no: number, i: number): number {
  return row.tickNo === no ? row.lastBits(i) : row.tickNo === no - 1 ? row.tickBits(i) : 0
}
/** Bits of the tick before that one, where it is still known. */
export function bitsOfTickBefore(row: RatedRow, no: number, i: number): number {
  return row.tickNo === no - 1 ? row.lastBits(i) : row.tickNo === no - 2 ? row.tickBits(i) : 0
}
export function packetsOfTick(row: PacketRatedRow, no: number): number {
  return row.tickNo === no ? row.lastPackets : row.tickNo === no - 1 ? row.tickPackets : 0
}

/** Takes from the rates of the latest whole tick and of the one before it, before tick `no`. */
export function takeBits(row: RatedRow, no: number, i: number, bits: number, before: number): void {
  const behind = no - row.tickNo
  const last = behind === 0 ? bits : behind === 1 ? before : 0
  const tick = behind === 1 ? bits : behind === 2 ? before : 0
  row.setLastBits(i, Math.max(0, row.lastBits(i) - last))
  row.setTickBits(i, Math.max(0, row.tickBits(i) - tick))
}
export function takePackets(row: PacketRatedRow, no: number, packets: number): void {
  if (row.tickNo === no) row.lastPackets = Math.max(0, row.lastPackets - packets)
  else if (row.tickNo === no - 1) row.tickPackets = Math.max(0, row.tickPackets - packets)
}

/** Throughput within a tenth of the second before is steady. Index of TRENDS. */
export function trendOf(bits: number, before: number): 0 | 1 | 2 {
  if (Math.abs(bits - before) <= Math.max(bits, before) / 10) return 0
  return bits > before ? 1 : 2
}
