import { interfaceParams } from './interface.route.ts'
import { type Deps, route } from './route.ts'
import { interfaceInfo } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/interfaces/:id/restart',
    summary: 'Forget what an interface has seen and start it anew',
    tag: 'interfaces',
    params: interfaceParams,
    reply: interfaceInfo,
    handler: async ({ id }) => {
      questions.ownOf(id)
      await questions.live.restart(id)
      return questions.interfaceOf(id).info
    },
  })
