import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/readyz',
    summary: 'Whether every interface has started (or failed to)',
    tag: 'server',
    reply: Type.Object({ status: Type.Literal('ready'), interfaces: Type.Integer(), failed: Type.Integer() }),
    handler: () => {
      const states = questions.live.interfaces().map(({ info }) => info.state)
      const starting = states.filter((state) => state === 'starting').length
      if (starting > 0) throw new ApiError('not-ready', `${starting} of ${states.length} interfaces are still starting`)
      return { status: 'ready' as const, interfaces: states.length, failed: states.filter((state) => state === 'failed').length }
    },
  })
