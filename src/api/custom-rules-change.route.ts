import { CustomFileError } from '../state/custom-names.ts'
import { customDocument, kindParams, MAX_TEXT_BYTES } from './custom-rules-parameters.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { receiveText } from './receive-text.ts'
import { type Deps, route } from './route.ts'

export default ({ customNames }: Deps) =>
  route({
    method: 'PUT',
    path: '/api/v1/custom-rules/:kind',
    summary: 'Put another text in the place of the rules: it holds at once, but for rules with faults',
    tag: 'protocols',
    params: kindParams,
    query: Type.Object({ check: Type.Boolean({ default: false, description: 'Only say what would be wrong' }) }),
    body: 'bytes',
    reply: customDocument,
    handler: async ({ kind, check }, { raw }) => {
      const text = await receiveText(raw, MAX_TEXT_BYTES)
      if (check) return { ...customNames.document(kind), text, faults: customNames.check(kind, text) }
      try {
        return await customNames.save(kind, text)
      } catch (error) {
        if (error instanceof CustomFileError) throw new ApiError('not-writable', error.message)
        throw error
      }
    },
  })
