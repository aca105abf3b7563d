import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import gaijin from './gaijin-entertainment.ts'
import { fromClient, latin1, show } from './testing.ts'

const metric = 'app.start,env=production,circuit=main,application=client,project=warthunder,platform=android:1|c'
test('which game', () =>
  expect(show(gaijin, [fromClient(latin1(metric))])).toMatchObject({ verdict: Match, fields: { project: 'warthunder' } }))
test.each([
  ['labels in another order', metric.replace(',env=production,circuit=main', ',circuit=main,env=production')],
  ['a label less', metric.replace(',circuit=main', '')],
  ['metrics of others', `app.start.of.some.server.somewhere.else,env=production:1|c`],
])('%s', (_case, text) => expect(show(gaijin, [fromClient(latin1(text))]).verdict).toBe(Exclude))
