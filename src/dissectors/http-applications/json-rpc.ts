import { httpApplication } from '../http-application.ts'
import { isJsonRpc } from '../json-rpc-message.ts'

export default httpApplication({
  name: 'JSON-RPC',
  category: 'RPC',
  about: 'Calls as JSON objects: the content types, or a body that names its version',
  contentTypes: ['application/json-rpc', 'application/jsonrequest'],
  body: isJsonRpc,
})
