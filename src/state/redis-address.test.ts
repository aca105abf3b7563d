import { describe, expect, it } from 'vitest'
import { redisAddress, shownAddress } from './redis-address.ts'

const at = (host: string, port = 6379, rest = {}) => ({ host, port, database: 0, tls: false, ...rest })

describe('where a server of Redis is', () => {
  it.each([
    ['redis', at('redis')],
    ['redis:7000', at('redis', 7000)],
    [':7000', at('127.0.0.1', 7000)],
    ['10.0.0.1:6380@3', at('10.0.0.1', 6380, { database: 3 })],
    ['[2001:db8::1]:7000@12', at('2001:db8::1', 7000, { database: 12 })],
    ['/run/redis/redis.sock', { path: '/run/redis/redis.sock', database: 0, tls: false }],
    ['/run/redis.sock@2', { path: '/run/redis.sock', database: 2, tls: false }],
    ['redis://h', at('h')],
    ['redis://w@h:1/4', at('h', 1, { user: 'w', database: 4 })],
    ['rediss://[::1]:6390/', at('::1', 6390, { tls: true })],
    ['valkeys://h', at('h', 6379, { tls: true })],
    ['unix:///run/redis.sock?db=5', { path: '/run/redis.sock', database: 5, tls: false }],
  ])('%s', (text, address) => expect(redisAddress(text)).toEqual(address))

  it.each(['', '@3', 'a b', 'h:0', 'h:70000', 'h:x', 'h@x', 'http://h', 'redis://', 'redis://h/x', '[::1', 'unix://'])(
    '%s is none',
    (text) => expect(redisAddress(text)).toMatch(/^give HOST\[:PORT\]/),
  )

  it.each(['redis://user:secret@h', 'redis://:secret@h', 'rediss://:secret@h', 'secret@h:1'])('%s may hold a password', (text) => {
    const why = redisAddress(text)
    expect(why).toMatch(/a password must not stand on the command line/)
    expect(why).not.toContain('secret')
  })

  it('is shown without its user', () => {
    const shown = (text: string) => shownAddress(redisAddress(text) as Exclude<ReturnType<typeof redisAddress>, string>)
    expect(shown('redis://w@h:1/4')).toBe('Redis at h:1, database 4')
    expect(shown('rediss://[::1]')).toBe('Redis at [::1]:6379 (encrypted)')
    expect(shown('/run/r.sock')).toBe('Redis at /run/r.sock')
  })
})
