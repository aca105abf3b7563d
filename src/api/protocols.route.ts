import type { CustomTexts } from '../names/custom-names.ts'
import { EVIDENCES } from '../names/evidences.ts'
import type { ProtocolInfo } from '../names/protocols.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'

const protocol = Type.Object(
  {
    name: Type.String(),
    category: Type.String(),
    about: Type.String({ description: 'What it is and what it is recognised by' }),
    by: Type.Array(Type.Enum([...EVIDENCES]), { description: 'What it is recognised by, the strongest first; a port is a guess' }),
    inside: Type.Array(Type.String(), { description: 'Protocols that it is found inside' }),
    serverNames: Type.Integer({ minimum: 0, description: 'Names of servers that tell it' }),
    customRules: Type.Integer({ minimum: 0, description: 'Rules of users that name it' }),
    tcpPorts: Type.Array(Type.Integer(), { description: 'Usual ports of its servers' }),
    udpPorts: Type.Array(Type.Integer(), { description: 'Usual ports of its servers' }),
    ipProtocols: Type.Array(Type.Integer(), { description: 'IP protocol numbers (IANA)' }),
    firstBytes: Type.String({ description: 'Which bytes its payload may begin with, in hexadecimal; empty: any' }),
    fields: Type.Array(Type.Object({ name: Type.String(), label: Type.String() }), { description: 'What is read from its packets' }),
  },
  { title: 'Protocol' },
)

/** Loaded and made when somebody asks: the workers have dissectors and names of their own, and this thread needs them for nothing else. */
async function newList() {
  const [{ createCatalogue }, { protocolList }] = await Promise.all([import('../names/catalogue.ts'), import('../names/protocols.ts')])
  const catalogue = createCatalogue()
  return (texts: CustomTexts): ProtocolInfo[] => {
    catalogue.customise(texts)
    return protocolList(catalogue)
  }
}

export default ({ customNames }: Deps) => {
  let made: ReturnType<typeof newList> | undefined
  let texts: CustomTexts | undefined
  let protocols: ProtocolInfo[] = []
  const list = async () => {
    made ??= newList()
    const listOf = await made
    if (texts !== customNames.texts) {
      texts = customNames.texts
      protocols = listOf(texts)
    }
    return protocols
  }
  return route({
    method: 'GET',
    path: '/api/v1/protocols',
    summary: 'All protocols and applications that can be recognised, and how',
    tag: 'protocols',
    reply: Type.Object({ protocols: Type.Array(protocol) }),
    handler: async () => ({ protocols: await list() }),
  })
}
