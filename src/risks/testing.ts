/** For tests: a flow of which only what matters is said. */
import type { RiskFlow } from './risk-flow.ts'
import { RiskLists } from './risk-lists.ts'

export const NOW_MS = Date.UTC(2024, 4, 1, 12)

export interface Facts extends Partial<Omit<RiskFlow, 'flag' | 'isUsualPort' | 'number' | 'text' | 'texts'>> {
  readonly usualPorts?: readonly number[]
  /** Dissected fields. */
  readonly fields?: Readonly<Record<string, boolean | number | string | readonly string[]>>
}

export function flowOf({ usualPorts = [], fields = {}, ...facts }: Facts): RiskFlow {
  return {
    proto: 6,
    master: 'Unknown',
    app: '',
    category: 'Unspecified',
    isRecognised: true,
    isDecided: true,
    serverName: '',
    clientPort: 51_000,
    serverPort: 443,
    serverAddress: '198.51.100.7',
    serverListed: undefined,
    toMany: false,
    packetsC2s: 10,
    packetsS2c: 10,
    bytesC2s: 1000,
    bytesS2c: 1000,
    flagsC2s: 0x1b,
    flagsS2c: 0x1b,
    midStream: false,
    isSampled: false,
    looksRandom: false,
    looksDense: false,
    firstSeenMs: NOW_MS,
    lastSeenMs: NOW_MS + 1000,
    isSettled: true,
    isOver: true,
    hasUsualPorts: usualPorts.length > 0,
    lists: new RiskLists(),
    ...facts,
    isUsualPort: (port) => usualPorts.includes(port),
    text: (name) => (typeof fields[name] === 'string' ? fields[name] : ''),
    texts: (name) => (Array.isArray(fields[name]) ? (fields[name] as readonly string[]) : []),
    number: (name) => (typeof fields[name] === 'number' ? fields[name] : undefined),
    flag: (name) => fields[name] === true,
  }
}
