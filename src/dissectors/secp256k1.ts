/** Whether 64 bytes are a point of the curve secp256k1, as public keys are: no other 64 bytes ever are. */
const P = 2n ** 256n - 2n ** 32n - 977n

export function isCurvePoint(b: Uint8Array, at: number): boolean {
  const x = number256(b, at)
  const y = number256(b, at + 32)
  return x < P && y < P && (y * y - x * x * x - 7n) % P === 0n
}

function number256(b: Uint8Array, at: number): bigint {
  let n = 0n
  for (let i = 0; i < 32; i += 4)
    n = (n << 32n) | BigInt(((b[at + i]! << 24) | (b[at + i + 1]! << 16) | (b[at + i + 2]! << 8) | b[at + i + 3]!) >>> 0)
  return n
}
