/**
 * Keyed hashes of addresses. The seed is drawn at each start, so that nobody outside can choose keys that fall into one place; multiplications and shifts
 * alternate (as in MurmurHash3's finaliser) so that near addresses lie far apart.
 */
export function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return h ^ (h >>> 16)
}

/** One end of a flow, or a host with its VLAN as `extra`. */
export function hashEnd(w0: number, w1: number, w2: number, w3: number, extra: number, seed: number): number {
  let h = Math.imul(w3 ^ seed, 0x85ebca6b)
  h ^= h >>> 15
  // IPv4 (mapped) has 0, 0, 0xffff here.
  if (w2 !== 0xffff || w1 !== 0) {
    h = Math.imul(h ^ w2, 0xcc9e2d51)
    h = Math.imul(h ^ (h >>> 13) ^ w1, 0x1b873593)
    h = Math.imul(h ^ (h >>> 16) ^ w0, 0x9e3779b1)
  }
  h = Math.imul(h ^ extra, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
