import type { RiskLists } from './risk-lists.ts'

/** A flow as the checks of risks see it. One object, reused: never keep it. */
export interface RiskFlow {
  /** Layer-4 protocol number. */
  readonly proto: number
  /** The protocol, the application inside it ('' for none) and the category, by their names in the catalogue. */
  readonly master: string
  readonly app: string
  readonly category: string
  /** It was named by its payload, and not by its port, by whose address it goes to, or by nothing. */
  readonly isRecognised: boolean
  /** Nothing more will name it. */
  readonly isDecided: boolean
  /** '' when it is not known. */
  readonly serverName: string
  readonly clientPort: number
  readonly serverPort: number
  readonly serverAddress: string
  /** The address or network of the user's lists that the server is, or is in. */
  readonly serverListed: string | undefined
  /** The server is a multicast or broadcast address: nobody answers. */
  readonly toMany: boolean
  readonly packetsC2s: number
  readonly packetsS2c: number
  readonly bytesC2s: number
  readonly bytesS2c: number
  /** TCP flag bits seen, each way. */
  readonly flagsC2s: number
  readonly flagsS2c: number
  /** TCP: the beginning was not seen. */
  readonly midStream: boolean
  /** Only some of its packets were seen: what was not seen may have been there. */
  readonly isSampled: boolean
  /** The client's first bytes look encrypted, without a header before them (dissectors/randomness.ts). */
  readonly looksRandom: boolean
  /** Its first bytes, of either end, look encrypted or packed. */
  readonly looksDense: boolean
  readonly firstSeenMs: number
  readonly lastSeenMs: number
  /** Nothing more will come, or it is ten seconds old: what has not come by now is missing. */
  readonly isSettled: boolean
  readonly isOver: boolean
  /** Usual server ports of the protocol and of the application, over this transport. */
  isUsualPort(port: number): boolean
  readonly hasUsualPorts: boolean
  readonly lists: RiskLists

  /** Dissected fields by name; '' / [] / undefined / false when they were not read. */
  text(field: string): string
  texts(field: string): readonly string[]
  number(field: string): number | undefined
  flag(field: string): boolean
}
