import { expect, test } from 'vitest'
import { type AddressWords, maskOf, type Network, parseAddress, parseNetwork } from '../wire/address.ts'
import { AddressPrefixes, type End } from './address-prefixes.ts'

const end = (address: string, port = 0): End => {
  const [w0, w1, w2, w3] = parseAddress(address)!
  return { w0, w1, w2, w3, port }
}
const table = (...entries: readonly (readonly [string, number, number])[]) => {
  const made = new AddressPrefixes()
  for (const [network, port, value] of entries) made.add(parseNetwork(network)!, port, value)
  return made
}
const lookup = (made: AddressPrefixes, address: string, port = 0) => {
  const { w0, w1, w2, w3 } = end(address)
  return made.lookup(w0, w1, w2, w3, port)
}

test('the longest prefix wins, and of equals the one with a port', () => {
  const made = table(['10.0.0.0/8', 0, 1], ['10.1.0.0/16', 0, 2], ['10.1.0.0/16', 443, 3], ['10.1.2.3', 0, 4], ['0.0.0.0/0', 53, 5])
  expect(lookup(made, '10.9.9.9')).toBe(1)
  expect(lookup(made, '10.1.9.9')).toBe(2)
  expect(lookup(made, '10.1.9.9', 443)).toBe(3)
  expect(lookup(made, '10.1.2.3', 443)).toBe(4)
  expect(lookup(made, '192.0.2.1', 53)).toBe(5)
  expect(lookup(made, '192.0.2.1', 54)).toBe(-1)
  expect(made.size).toBe(5)
})

test('a prefix given twice has the later value', () => {
  const made = table(['10.0.0.0/8', 0, 1], ['10.0.0.0/8', 0, 2])
  expect([lookup(made, '10.0.0.1'), made.size]).toEqual([2, 1])
})

test('all of IPv6 holds no IPv4 address', () => {
  const made = table(['::/0', 0, 1])
  expect([lookup(made, '2001:db8::1'), lookup(made, '10.0.0.1')]).toEqual([1, -1])
})

test('of two ends the narrower one says, of equals the first', () => {
  const made = table(['10.0.0.0/8', 0, 1], ['192.0.2.7', 0, 2], ['198.51.100.7', 0, 3])
  expect(made.either(end('10.0.0.1'), end('192.0.2.7'))).toBe(2)
  expect(made.either(end('198.51.100.7'), end('192.0.2.7'))).toBe(3)
  expect(made.either(end('203.0.113.1'), end('10.0.0.1'))).toBe(1)
  expect(made.either(end('203.0.113.1'), end('203.0.113.2'))).toBe(-1)
})

test('many prefixes are found as by looking at each', () => {
  let state = 7
  const random = (n: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % n
  const word = () => (random(4) << 30) | (random(4) << 14) | random(4)
  const address = (): AddressWords => (random(2) === 0 ? [0, 0, 0xffff, word()] : [word(), word(), word(), word()])
  const masked = (words: AddressWords, bits: number): Network => ({
    bits,
    words: words.map((w, i) => w & maskOf(bits - 32 * i)) as unknown as AddressWords,
  })
  const isV4 = (w: AddressWords) => w[0] === 0 && w[1] === 0 && w[2] === 0xffff
  const made = new AddressPrefixes()
  const plain = new Map<string, { network: Network; port: number; value: number }>()
  for (let value = 0; value < 3000; value++) {
    const words = address()
    const network = masked(words, isV4(words) ? 96 + random(33) : random(129))
    const port = random(3)
    made.add(network, port, value)
    plain.set(`${network.words.join()}/${network.bits}:${port}`, { network, port, value })
  }
  expect(made.size).toBe(plain.size)
  for (let i = 0; i < 500; i++) {
    const words = address()
    const port = random(4)
    const best = [...plain.values()]
      .filter(
        ({ network: n, port: p }) =>
          (p === 0 || p === port) &&
          masked(words, n.bits).words.join() === n.words.join() &&
          isV4(words) === (n.bits >= 96 && isV4(n.words)),
      )
      .sort((a, b) => b.network.bits - a.network.bits || b.port - a.port)[0]
    expect(made.lookup(...words, port)).toBe(best?.value ?? -1)
  }
})
