import { customDocument, kindParams } from './custom-rules-parameters.ts'
import { type Deps, route } from './route.ts'

export default ({ customNames }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/custom-rules/:kind',
    summary: 'What users say of applications or of categories, and what is wrong in it',
    tag: 'protocols',
    params: kindParams,
    reply: customDocument,
    handler: ({ kind }) => customNames.document(kind),
  })
