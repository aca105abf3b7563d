import { Type } from 'typebox'
import { type Catalogue, createCatalogue } from '../names/catalogue.ts'
import type { CustomTexts } from '../names/custom-names.ts'
import { EVIDENCES, type ProtocolInfo, protocolList } from '../names/protocols.ts'
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

export default ({ customNames }: Deps) => {
  let catalogue: Catalogue | undefined
  let texts: CustomTexts | undefined
  let protocols: ProtocolInfo[] = []
  const list = () => {
    if (texts === customNames.texts) return protocols
    texts = customNames.texts
    // Made when somebody asks: the workers have their own.
    catalogue ??= createCatalogue()
    catalogue.customise(texts)
    protocols = protocolList(catalogue)
    return protocols
  }
  return route({
    method: 'GET',
    path: '/api/v1/protocols',
    summary: 'All protocols and applications that can be recognised, and how',
    tag: 'protocols',
    reply: Type.Object({ protocols: Type.Array(protocol) }),
    handler: () => ({ protocols: list() }),
  })
}
