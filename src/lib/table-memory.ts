/** Where a thread's large tables have their memory from. */
type Taker = (bytes: number) => ArrayBuffer

let taker: Taker = (bytes) => new ArrayBuffer(bytes)

/** Memory for one table, all zero. */
export const takeMemory = (bytes: number): ArrayBuffer => taker(bytes)

/** Tables of this thread that are made, or grow, from now on have their memory from `take`: who can call the system may ask it for larger pages. */
export function takeMemoryFrom(take: Taker): void {
  taker = take
}
