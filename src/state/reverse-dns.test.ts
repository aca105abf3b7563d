import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Answering, failure, noSuchName, pointer, type Question, TestDns } from './dns-testing.ts'
import { checkServers, DnsServers, hostName } from './reverse-dns.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})
const begin = async (answering: Answering) => {
  const server = await new TestDns(answering).start()
  ends.push(() => server.stop())
  return server
}
const NONE = '/nowhere/hosts'
const ask = async (answering: Answering, address = '10.1.2.3', hosts = NONE): Promise<string> => {
  const server = await begin(answering)
  const dns = new DnsServers([server.server], hosts)
  ends.push(() => dns.close())
  return dns.nameOf(address)
}
const wrongId = (question: Question) => ({ ...question, id: question.id ^ 0x5555 })

describe('a name server that answers', () => {
  it('tells the name of an address, in small letters', async () => {
    const asked: string[] = []
    const name = await ask((question) => {
      asked.push(question.name)
      return [pointer(question, 'Printer.Office.example')]
    })
    expect([name, asked]).toEqual(['printer.office.example', ['3.2.1.10.in-addr.arpa']])
  })
  it('of IPv6 too', async () => {
    const asked: string[] = []
    const name = await ask((question) => {
      asked.push(question.name)
      return [pointer(question, 'six.example')]
    }, '2001:db8:ff00::7')
    expect([name, asked]).toEqual(['six.example', ['7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.f.f.8.b.d.0.1.0.0.2.ip6.arpa']])
  })
  it('or that there is none', async () => {
    expect(await ask((question) => [noSuchName(question)])).toBe('')
  })
  it('is not asked for what stands in the file of hosts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wiretop-hosts-'))
    ends.push(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'hosts')
    writeFileSync(file, '# ours\n10.1.2.3\tNas.home nas # the box\n10.1.2.3 other\n2001:DB8::7 six\n10.1.2.4 <b>\nnonsense x\n')
    const never: Answering = () => {
      throw new Error('it was asked')
    }
    expect(await ask(never, '10.1.2.3', file)).toBe('nas.home')
    expect(await ask(never, '2001:db8::7', file)).toBe('six')
    expect(await ask((question) => [pointer(question, 'asked.example')], '10.1.2.4', file)).toBe('asked.example')
  })
})

describe('one that lies', () => {
  it('is not believed when it did not hear the question', async () => {
    expect(await ask((question) => [pointer(wrongId(question), 'evil.example'), pointer(question, 'good.example')])).toBe('good.example')
  })
  it('is believed when it heard it, whatever owner it writes: it could as well say so of this one', async () => {
    expect(await ask((question) => [pointer(question, 'evil.example', '9.9.9.9.in-addr.arpa')])).toBe('evil.example')
  })
  it.each([
    ['<script>.example', '<script>.example'],
    ['control characters', 'a\u0007\u001b[2J.example'],
    ['blanks', 'a b.example'],
    ['bytes that are no text', Buffer.from([4, 0xff, 0xfe, 0x00, 0x80, 0])],
    ['dots in a label', Buffer.from([3, 0x2e, 0x2e, 0x2e, 0])],
  ])('names nobody by %s', async (_, name) => {
    expect(await ask((question) => [pointer(question, name)])).toBe('')
  })
  it.each<[string, Answering]>([
    ['a name longer than names are', (question) => [pointer(question, Array.from({ length: 60 }, () => 'abcdefgh').join('.'))]],
    ['a name that points to itself', (question) => [pointer(question, Buffer.from([0xc0, 12 + question.section.length + 12]))]],
    ['what is no answer', () => [Buffer.from('nonsense')]],
  ])('does no harm by %s', async (_, answering) => {
    await expect(ask(answering)).rejects.toThrow(/did not answer for 10\.1\.2\.3 \(E\w+\)$/)
  })
  it('nor by nine kilobytes behind its answer', async () => {
    expect(await ask((question) => [Buffer.concat([pointer(question, 'a.example'), Buffer.alloc(9000)])])).toBe('a.example')
  })
})

it('says why where no answer means anything', async () => {
  await expect(ask((question) => [failure(question, 2)])).rejects.toThrow(
    /^DNS \(127\.0\.0\.1:\d+\) did not answer for 10\.1\.2\.3 \(ESERVFAIL\)$/,
  )
  await expect(ask((question) => [failure(question, 5)])).rejects.toThrow(/\(EREFUSED\)$/)
  await expect(ask(() => [])).rejects.toThrow(/\(ETIMEOUT\)$/)
}, 20_000)

it('takes as a name of a host what names of hosts are made of', () => {
  expect(['a.example.', 'A_b-1.x', 'xn--bcher-kva.example', 'a'.repeat(253)].map(hostName)).toEqual([
    'a.example',
    'a_b-1.x',
    'xn--bcher-kva.example',
    'a'.repeat(253),
  ])
  expect(['', '.', '-a', 'a-', '.a', 'a b', 'bücher.example', 'a\0', 'a\\032b', 'a'.repeat(254)].map(hostName).join('')).toBe('')
})

it('refuses what is no server', () => {
  expect(() => checkServers(['127.0.0.1:5353', '[fd00::1]:53', '192.168.1.1'])).not.toThrow()
  expect(() => checkServers(['localhost'])).toThrow()
})
