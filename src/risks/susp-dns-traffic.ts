import { risk } from './risk.ts'

/** Names that people use are shorter by far; data in names fills all that there is room for. */
const LONG_LABEL = 48
const LONG_NAME = 120

export default risk({
  id: 23,
  name: 'Susp DNS Traffic',
  severity: 'Medium',
  blame: 'client',
  about: 'Names as long as these carry data: a tunnel through DNS, or a program that reports by it. See what the client runs.',
  of: ['DNS'],
  fields: ['queryName'],
  given: 'serverName',
  check(flow) {
    return isLong(flow.text('queryName')) ? flow.text('queryName') : isLong(flow.serverName) ? flow.serverName : undefined
  },
})

function isLong(name: string): boolean {
  if (name.length < LONG_LABEL || name.endsWith('.arpa') || name.endsWith('.local')) return false
  return name.length >= LONG_NAME || name.split('.').some((label) => label.length >= LONG_LABEL)
}
