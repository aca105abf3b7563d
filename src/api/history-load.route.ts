import { range } from './history-parameters.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { interfaceInfo } from './schemas.ts'

const clock = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

export default ({ questions, history }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/history/load',
    summary: 'Read flows of the past into an interface of their own, on which every page works; one at a time, the one before goes',
    tag: 'history',
    query: Type.Object(range()),
    status: 201,
    reply: interfaceInfo,
    handler: async ({ from, to, filter = '', ...rest }) => {
      const load = await history.load({ fromMs: from, toMs: to, filter, ...rest })
      return (await questions.live.loadHistory(`Historical ${clock(from)} – ${clock(to)}`, load)).info
    },
  })
