import { describe, expect, test } from 'vitest'
import { ServerNames } from './server-names.ts'

const names = (...texts: string[]): ServerNames => {
  const n = new ServerNames()
  for (const [i, text] of texts.entries()) n.add(text, i)
  return n
}

describe('which text matches a server name', () => {
  const known = names('example.com', 'video.example.com', '-cdn.example.com', '.example.org', 'tracker.', 'ads-', 'co.uk', 'example.co.uk')
  test.each([
    ['example.com', 0, 'the name itself'],
    ['www.example.com', 0, 'a name below it'],
    ['WWW.Example.COM', 0, 'any case'],
    ['www.example.com.', 0, 'the dot of the root'],
    ['notexample.com', -1, 'only at a label boundary'],
    ['not-example.com', -1, 'a dash is no boundary'],
    ['example.com.evil.net', -1, 'only at the end'],
    ['video.example.com', 1, 'the longest wins'],
    ['a.video.example.com', 1, 'the longest wins below it too'],
    ['notvideo.example.com', 0, 'else the shorter one'],
    ['p53-cdn.example.com', 2, 'a text that begins with a dash'],
    ['example.org', -1, 'a text that begins with a dot is not for the name itself'],
    ['a.example.org', 3, 'but for what is below'],
    ['my.tracker.net', 4, 'a text that ends in a dot matches inside'],
    ['mytracker.net', 4, 'and inside a label'],
    ['tracker', -1, 'its dot must be there'],
    ['x-ads-1.net', 5, 'a text that ends in a dash'],
    ['tracker.example.com', 0, 'the longer of end and inside wins'],
    ['tracker.co.uk', 4, 'the longer of inside and end wins'],
    ['a.example.co.uk', 7, 'the longest of two ends'],
    ['', -1, 'no name'],
    ['.', -1, 'the root'],
    ['....', -1, 'dots alone'],
    ['com', -1, 'a part of a text'],
  ])('%s → %i: %s', (name, wanted) => expect(known.lookup(name)).toBe(wanted))

  test('a text given twice has the later value', () => {
    const n = names('a.example', 'b.example', 'A.Example')
    expect([n.size, n.lookup('a.example')]).toEqual([2, 2])
  })

  test.each([
    ['a29dy.example', 'aa7p4l.example'],
    ['aav25.example', 'aueug.example'],
  ])('%s and %s, of one hash, are two', (one, other) => {
    expect(names(one).lookup(other)).toBe(-1)
    expect(names(one, other).lookup(other)).toBe(1)
  })

  test.each(['', 'x', ' ', 'a b', 'ü.example', 'a.', 'x'.repeat(256), `${'x'.repeat(64)}.`])('%j cannot be a text', (text) => {
    expect(new ServerNames().add(text, 1)).toBe(false)
  })
})

describe('hostile names', () => {
  const known = names('example.com', 'ads-', `${'x'.repeat(62)}.`)
  test('of a name that is too long the end counts', () => {
    expect(known.lookup(`${'a.'.repeat(100_000)}example.com`)).toBe(0)
    expect(known.lookup(`ads-${'a.'.repeat(100_000)}`)).toBe(-1)
  })
  test('characters outside Latin do not stand for others', () => expect(known.lookup('\u0165xample.com')).toBe(-1))
})

test('agrees with a plain search over seeded names', () => {
  let state = 1
  const random = (n: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % n
  const label = () =>
    'abc'
      .slice(0, 1 + random(2))
      .split('')
      .map(() => 'abc-'[random(4)]!)
      .join('')
  const name = (labels: number) => Array.from({ length: labels }, label).join('.')
  const texts = [...new Set(Array.from({ length: 400 }, () => name(1 + random(3)) + (random(6) === 0 ? '.' : '')))].filter(
    (t) => t.length > 2,
  )
  const known = names(...texts)
  const plain = (asked: string): string | undefined => {
    const matching = texts.filter((t) =>
      /[.-]$/.test(t) ? asked.includes(t) : asked === t || asked.endsWith(`.${t}`) || (/^[.-]/.test(t) && asked.endsWith(t)),
    )
    return matching.sort((a, b) => b.length - a.length)[0]
  }
  for (let i = 0; i < 3000; i++) {
    const asked = `${name(1 + random(4))}.x${random(2) ? '' : `.${name(1 + random(3))}`}`.replace(/[.]$/, '')
    const value = known.lookup(asked)
    expect(value < 0 ? undefined : texts[value]?.length, asked).toBe(plain(asked)?.length)
  }
})
