/** Numbers in network order at an offset that the caller has checked: past the end a read gives 0 bits, never an error. */
export const u16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!
export const u24 = (b: Uint8Array, at: number): number => (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!
/** Signed, so that it stays a small integer for the engine; `>>> 0` where the value matters. */
export const i32 = (b: Uint8Array, at: number): number => (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!
export const u16le = (b: Uint8Array, at: number): number => b[at]! | (b[at + 1]! << 8)
export const i32le = (b: Uint8Array, at: number): number => b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)
