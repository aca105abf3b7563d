import { expect, test } from 'vitest'
import { Processes, programName, readArguments, readStat, readUid } from './processes.ts'
import { readPasswd } from './users.ts'

test.each([
  ['42 (nginx) S 1 42 42 0 -1 4194624 91 0 0 0 0 0 0 0 20 0 1 0 5555 1 2', { comm: 'nginx', startTicks: 5555 }],
  ['42 (a) R (b)) S 1 42 42 0 -1 4194624 91 0 0 0 0 0 0 0 20 0 1 0 5555 1 2', { comm: 'a) R (b)', startTicks: 5555 }],
  ['42 (cut) S 1', undefined],
  [')(', undefined],
  ['', undefined],
])('stat %s', (text, expected) => {
  expect(readStat(text)).toEqual(expected)
})

test('the effective user', () => {
  expect(readUid('Name:\tx\nUid:\t1000\t0\t0\t0\nGid:\t1\t1\t1\t1\n')).toBe(0)
  expect(readUid('Name:\tUid:')).toBeUndefined()
})

test.each([
  ['the file that runs', 'MainThread', '/usr/bin/node', ['node', 'server.js'], 'node'],
  ['a thread of a browser', 'Socket Process', '/usr/lib/firefox/firefox', ['firefox'], 'firefox'],
  ['a script that was called by its name', 'certbot', '/usr/bin/python3.11', ['/usr/bin/python3', '/usr/bin/certbot', 'renew'], 'certbot'],
  [
    'a script with a long name',
    'unattended-upgr',
    '/usr/bin/python3',
    ['python3', '/usr/bin/unattended-upgrade-shutdown'],
    'unattended-upgrade-shutdown',
  ],
  ['a module of an interpreter', 'python3', '/usr/bin/python3.11', ['python3', '-m', 'http.server'], 'python3.11'],
  ['many programs in one file', 'nc', '/bin/busybox', ['nc', '-l'], 'nc'],
  ['no file that we may see', 'sshd', undefined, ['sshd'], 'sshd'],
  ['a thread of the kernel', 'kworker/0:1', undefined, [''], 'kworker/0:1'],
] as const)('named after %s', (_, comm, executable, args, expected) => {
  expect(programName(comm, executable, args)).toBe(expected)
})

test('arguments, with empty ones', () => {
  expect(readArguments('a\0\0b c\0')).toEqual(['a', '', 'b c'])
})

test('users', () => {
  const text = 'root:x:0:0:root:/root:/bin/sh\n# no\n+::::::\ntoor:x:0:0::/:\nalice:x:1000:1000::/home/alice:\nbroken\nbad:x:y:0\n'
  expect([...readPasswd(text)]).toEqual([
    [0, 'root'],
    [1000, 'alice'],
  ])
})

test('this process', () => {
  const processes = new Processes()
  const now = Date.now()
  const self = processes.get(process.pid, now)!
  expect(self).toMatchObject({ pid: process.pid, name: 'node', uid: process.geteuid!(), executable: process.execPath })
  expect(Math.abs(self.startedMs! - (now - process.uptime() * 1000))).toBeLessThan(3000)
  expect(processes.get(process.pid, now + 1)).toBe(self)
  expect(processes.get(0x7fffffff, now)).toBeUndefined()
})
