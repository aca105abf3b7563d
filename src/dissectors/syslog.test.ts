import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { sameHoweverCut } from './split-testing.ts'
import syslog from './syslog.ts'
import { fromClient, latin1, show } from './testing.ts'

const modern = '<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - failed for lonvick'
const old = '<165>Aug 24 05:34:00 mymachine myproc[10]: %% a message'

test.each([
  [modern, { facility: 'auth', severity: 'critical', hostName: 'mymachine.example.com', program: 'su' }],
  [old, { facility: 'local4', severity: 'notice', hostName: 'mymachine', program: 'myproc' }],
])('%s', (line, fields) => {
  expect(show(syslog, [fromClient(latin1(line))], { transport: 'udp' })).toMatchObject({ verdict: Match, bad: false, fields })
  expect(show(syslog, [fromClient(latin1(line))], { transport: 'udp', serverPort: 11000 })).toMatchObject({ verdict: Match, fields })
  expect(show(syslog, [fromClient(latin1(`${line}\n`))], { transport: 'tcp', serverPort: 11000 })).toMatchObject({ verdict: Match, fields })
  expect(show(syslog, [fromClient(latin1(`${line.length} ${line}`))], { transport: 'tcp' })).toMatchObject({ verdict: Match, fields })
})
test('other text behind the priority only on the port', () => {
  const line = latin1('<30>NetScreen device_id=fw: login')
  expect(show(syslog, [fromClient(line)], { transport: 'udp' })).toMatchObject({ verdict: Match, info: 'NetScreen device_id=fw: login' })
  expect(show(syslog, [fromClient(line)], { transport: 'udp', serverPort: 515 }).verdict).toBe(Exclude)
})
test.each([
  ['a priority of 192', '<192>1 2003-10-11T22:14:15.003Z a b'],
  ['a leading zero', '<034>Aug 24 05:34:00 a b'],
  ['no number', '<html><body>x</body></html>'],
  ['XML', '<?xml version="1.0"?>'],
  ['four digits', '<1000>Aug 24 05:34:00 a b'],
])('not syslog: %s', (_case, line) => {
  expect(show(syslog, [fromClient(latin1(line))], { transport: 'udp' }).verdict).toBe(Exclude)
  expect(show(syslog, [fromClient(latin1(line))], { transport: 'tcp' }).verdict).toBe(Exclude)
})
test('a count cut off is waited for', () => {
  expect(
    show(syslog, [fromClient(latin1('12')), fromClient(latin1('3456')), fromClient(latin1(' <3'))], { transport: 'tcp' }).verdict,
  ).toBe(Exclude)
  expect(show(syslog, [fromClient(latin1('12345 <3'))], { transport: 'tcp' }).verdict).toBe(NeedMore)
  expect(show(syslog, [fromClient(latin1('83 '))], { transport: 'tcp' }).verdict).toBe(NeedMore)
})
test('control characters come out visible', () => {
  expect(show(syslog, [fromClient(latin1('<13>\x20\x1b[31m<script>'))], { transport: 'udp' }).info).toBe(' \u241b[31m<script>')
})

test('the same however it is cut', () => {
  sameHoweverCut(syslog, latin1(`${modern.length} ${modern}\n`), { serverPort: 11000 })
  sameHoweverCut(syslog, latin1(`${old}\n`))
})
