import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import git from './git.ts'
import { fromClient, latin1, show } from './testing.ts'

const request = (body: string) => (body.length + 4).toString(16).padStart(4, '0') + body
const fetch = request('git-upload-pack /tools/wrench.git\0host=git.example.com:9418\0\0version=2\0')

test('service, path and host', () => {
  expect(show(git, [fromClient(latin1(fetch))])).toMatchObject({
    verdict: Match,
    fields: { service: 'git-upload-pack', path: '/tools/wrench.git' },
    serverName: 'git.example.com',
    info: 'git-upload-pack /tools/wrench.git',
  })
})
test.each([
  ['an older client, without a host', request('git-receive-pack /x.git\0'), Match],
  ['cut in the service', fetch.slice(0, 12), NeedMore],
  ['cut in the length', '004', NeedMore],
  ['a length too short', '0005git-upload-pack /x', Exclude],
  ['a length too long', 'ffffgit-upload-pack /x', Exclude],
  ['another service', request('git-frobnicate-it /tools/wrench.git\0'), Exclude],
  ['digits alone', '0123456789', Exclude],
])('%s', (_case, text, verdict) => expect(show(git, [fromClient(latin1(text))]).verdict).toBe(verdict))

test('hostile paths are made visible, and a bad host is no server name', () => {
  const report = show(git, [fromClient(latin1(request('git-upload-pack /<script>\x1b\0host=<b>\0')))])
  expect(report.fields).toMatchObject({ path: '/<script>␛' })
  expect(report.serverName).toBeUndefined()
})
