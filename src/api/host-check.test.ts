import { hostname, networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { checkOrigin, HostCheck, hostNameOf } from './host-check.ts'

const isAllowed = (check: HostCheck, host: string | undefined) => {
  try {
    check.checkHost(host)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'wrong-host' })
    return false
  }
}

describe('the name of a Host header', () => {
  it.each([
    ['localhost:3000', 'localhost'],
    ['LOCALHOST', 'localhost'],
    ['localhost.:3000', 'localhost'],
    ['[::1]:3000', '[::1]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['127.1', '127.0.0.1'],
    ['a b', undefined],
    ['localhost/', undefined],
    ['user@localhost', undefined],
    ['localhost:99999999', undefined],
    ['localhost;script-src *', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j', (header, name) => expect(hostNameOf(header)).toBe(name))
})

describe('listening on loopback', () => {
  const check = new HostCheck('127.0.0.1', ['probe.example.org'])
  it.each([
    ['localhost', true],
    ['localhost:3000', true],
    ['127.0.0.1:3000', true],
    ['[::1]:3000', true],
    // Another port: an SSH tunnel.
    ['localhost:8080', true],
    ['probe.example.org', true],
    ['evil.example.org', false],
    ['localhost.evil.example.org', false],
    ['127.0.0.1.nip.io', false],
    ['192.0.2.1', false],
    [hostname(), hostname() === 'localhost'],
    [undefined, false],
  ])('%j is allowed: %j', (host, allowed) => expect(isAllowed(check, host)).toBe(allowed))
})

describe('listening on all addresses', () => {
  const check = new HostCheck('0.0.0.0', [])
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  it('takes every address of this machine, and its name', () => {
    for (const { address, family } of own) expect(isAllowed(check, family === 'IPv6' ? `[${address}]:3000` : `${address}:3000`)).toBe(true)
    expect(isAllowed(check, `${hostname()}:3000`)).toBe(true)
  })
  it.each(['192.0.2.1', 'evil.example.org', '0.0.0.0.evil.example.org'])('refuses %s', (host) => expect(isAllowed(check, host)).toBe(false))
})

describe('the origin of what changes something', () => {
  it.each([
    [undefined, 'localhost:3000', true],
    ['http://localhost:3000', 'localhost:3000', true],
    ['http://localhost', 'localhost:80', true],
    ['https://probe.example.org', 'probe.example.org', true],
    ['http://[::1]:3000', '[::1]:3000', true],
    ['http://LOCALHOST:3000', 'localhost:3000', true],
    ['http://localhost:8080', 'localhost:3000', false],
    ['http://evil.example.org', 'localhost:3000', false],
    ['http://localhost:3000.evil.example.org', 'localhost:3000', false],
    ['null', 'localhost:3000', false],
    ['', 'localhost:3000', false],
    ['file://', 'localhost:3000', false],
    ['chrome-extension://localhost:3000', 'localhost:3000', false],
    ['http://localhost:3000', undefined, false],
  ])('%j for %j: %j', (origin, host, allowed) => {
    if (allowed) expect(() => checkOrigin(origin, host)).not.toThrow()
    else expect(() => checkOrigin(origin, host)).toThrow(expect.objectContaining({ code: 'wrong-origin' }))
  })
})
