import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInterfaceList, parseSpeed } from './interface-list.ts'

const parse = (...lines: string[]) => parseInterfaceList('ports.csv', lines.join('\n'))
const faults = (...lines: string[]) =>
  parse(...lines).faults.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`)
const of = (address: string, ...lines: string[]) => parse(...lines).interfaces.get(address)

describe('a list', () => {
  test('has address, ifIndex, name, alias and speed', () => {
    const lines = ['192.0.2.1,1,eth0,Uplink,1G', '192.0.2.1, 2 , eth1 ,,', '2001:DB8::1,3', '::ffff:192.0.2.1,4,,,100M']
    expect(of('192.0.2.1', ...lines)).toEqual([
      { ifIndex: 1, name: 'eth0', alias: 'Uplink', speedBps: 1e9, namedBy: 'csv' },
      { ifIndex: 2, name: 'eth1', namedBy: 'csv' },
      { ifIndex: 4, speedBps: 1e8, namedBy: 'csv' },
    ])
    expect(of('2001:db8::1', ...lines)).toEqual([{ ifIndex: 3, namedBy: 'csv' }])
    expect(faults(...lines)).toEqual([])
  })

  test.each([
    ['quoted fields with separators and quotes', '192.0.2.1,1,"Gi0/1","to ""B"", then C" ,1G'],
    ['a first line that names the columns', 'Description;Speed;if_index;Exporter;Name\n"to ""B"", then C";1G;1;192.0.2.1;Gi0/1'],
    [
      'comments, empty lines, ends of lines and a mark of UTF-8',
      '\ufeff# exporters\r\n\r\n  # more\r\n192.0.2.1,1,Gi0/1,"to ""B"", then C",1000000000\r\n',
    ],
    ['tabs', '192.0.2.1\t1\tGi0/1\tto "B", then C\t1 Gbit/s'],
  ])('may have %s', (_, text) => {
    expect(of('192.0.2.1', text)).toEqual([{ ifIndex: 1, name: 'Gi0/1', alias: 'to "B", then C', speedBps: 1e9, namedBy: 'csv' }])
    expect(faults(text)).toEqual([])
  })
})

test.each([
  ['10.0.0,1,eth0', '1:1: 10.0.0 is no address of an exporter'],
  [',1,eth0', '1:1: nothing is no address of an exporter'],
  ['10.0.0.1,eth0', '1:10: eth0 is no ifIndex: give a number from 1'],
  ['10.0.0.1, 0', '1:11: 0 is no ifIndex: give a number from 1'],
  ['10.0.0.1,4294967296', '1:10: 4294967296 is no ifIndex: give a number from 1'],
  ['10.0.0.1,1,a,b,fast', '1:16: fast is no speed: give bits a second, as 1G, 100M or 64000'],
  ['10.0.0.1,1,"a', '1:12: a quote that is not closed in its line'],
  ['10.0.0.1,1,"a"b', '1:15: something stands behind a closing quote'],
  [`10.0.0.1,1,${'a'.repeat(65)}`, '1:12: a name of more than 64 characters'],
  [`10.0.0.1,1,a,${'a'.repeat(256)}`, '1:14: an alias of more than 255 characters'],
  ['x'.repeat(5000), '1:4097: longer than 4096 characters'],
  ['# ports\n10.0.0.1,1\n10.0.0.1,01', '3:10: interface 1 of 10.0.0.1 for the second time: the first holds'],
  ['exporter,name\n10.0.0.1,1', '1:1: no column for the ifIndex'],
])('%j is refused by line and column', (text, fault) => {
  expect(faults(text)[0]).toBe(`ports.csv:${fault}`)
})

test('a line with a fault is left out, and the others hold', () => {
  const { interfaces, faults } = parse('10.0.0.1,1,a', '10.0.0.1,x,b', '10.0.0.1,3,c')
  expect([interfaces.get('10.0.0.1')!.map(({ name }) => name), faults.length]).toEqual([['a', 'c'], 1])
})

test('exporters with very many interfaces, and files with very many faults, are bounded', () => {
  const many = parse(...Array.from({ length: 4100 }, (_, i) => `10.0.0.1,${i + 1}`))
  expect([many.interfaces.get('10.0.0.1')!.length, many.faults.length]).toEqual([4096, 4])
  expect(parse(...Array.from({ length: 5000 }, () => 'x')).faults).toHaveLength(1000)
})

test('any text is a value', () => {
  const part = fc.constantFrom('10.0.0.1', ',', ';', '"', '""', '\n', '#', '1', '1G', 'name', ' ', '\r', '\t', 'é', '\ud800')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const { interfaces, faults } = parse(parts.join(''))
      for (const list of interfaces.values()) for (const { ifIndex } of list) expect(ifIndex).toBeGreaterThan(0)
      for (const { line, column } of faults) expect(Math.min(line, column)).toBeGreaterThan(0)
    }),
  )
})

test.each([
  ['1G', 1e9],
  ['100M', 1e8],
  ['2.5Gbit/s', 2.5e9],
  ['64 kbps', 64_000],
  ['10000000', 1e7],
  ['0', Number.NaN],
  ['-1', Number.NaN],
  ['1P', Number.NaN],
  ['99999999T', Number.NaN],
])('speed %s', (text, speedBps) => {
  expect(parseSpeed(text)).toBe(speedBps)
})
