import { expect, test } from 'vitest'
import { MIN_BLOCKS, setRing } from './capture-ring.ts'
import { CallError } from './native/libc.ts'
import type { RingRequest } from './packet-socket.ts'

const ENOMEM = 12
const EINVAL = 22

/** A kernel that has memory for so many blocks. */
function kernelWith(blocks: number, errno = ENOMEM) {
  const asked: number[] = []
  return {
    asked,
    setRing: (request: RingRequest) => {
      asked.push(request.blocks)
      return request.blocks > blocks ? Promise.reject(new CallError('PACKET_RX_RING', errno)) : Promise.resolve()
    },
  }
}

test('a ring that there is no memory for becomes half as large until it fits', async () => {
  const kernel = kernelWith(20)
  expect(await setRing(kernel, 128)).toBe(16)
  expect(kernel.asked).toEqual([128, 64, 32, 16])
})
test('there is no smaller one than two blocks', async () => {
  const kernel = kernelWith(0)
  await expect(setRing(kernel, 8)).rejects.toThrow('ENOMEM')
  expect(kernel.asked.at(-1)).toBe(MIN_BLOCKS)
})
test('any other refusal is one', async () => {
  const kernel = kernelWith(0, EINVAL)
  await expect(setRing(kernel, 8)).rejects.toThrow('EINVAL')
  expect(kernel.asked).toEqual([8])
})
