import type { RepeatRule } from '../../lib/exporters.ts'
import { EVENT_SCHEMES, parseEventsUrl } from '../events/events-url.ts'
import { parseZmqUrl } from '../zmq/zmq-url.ts'
import { parseCollectorUrl } from './collector-url.ts'
import type { ReceiverKind } from './receiver.ts'

/** What opens an endpoint is loaded with the first one of its kind. */
const KINDS: readonly ReceiverKind[] = [
  {
    schemes: ['netflow', 'ipfix', 'sflow'],
    check: parseCollectorUrl,
    udpPlace: (text) => {
      const url = parseCollectorUrl(text)
      return typeof url === 'string' || url.transport !== 'udp' ? undefined : url
    },
    open: async (...given) => (await import('./datagram-receiver.ts')).openDatagrams(...given),
  },
  {
    schemes: ['tcp', 'ipc', 'zmq'],
    check: parseZmqUrl,
    udpPlace: () => undefined,
    open: async (...given) => (await import('../zmq/zmq-receiver.ts')).openZmq(...given),
  },
  {
    schemes: EVENT_SCHEMES,
    check: (text) => {
      const url = parseEventsUrl(text)
      return typeof url === 'string' ? url : {}
    },
    udpPlace: (text) => {
      const url = parseEventsUrl(text)
      return typeof url === 'string' || url.kind !== 'udp' ? undefined : url
    },
    open: async (...given) => (await import('../events/event-receivers.ts')).openEvents(...given),
  },
]

/** Undefined: the text is no endpoint of a collector. */
export function receiverKindOf(text: string): ReceiverKind | undefined {
  const [, scheme] = /^([a-z][a-z0-9]*)(?:\+[a-z]+)?:\/\//.exec(text) ?? []
  return KINDS.find(({ schemes }) => scheme !== undefined && schemes.includes(scheme))
}

/** How flows count that exporters tell several times, as the endpoint says it. */
export function repeatsOf(text: string): RepeatRule {
  const checked = receiverKindOf(text)?.check(text)
  return typeof checked === 'object' ? (checked.repeats ?? 'first') : 'first'
}

/** The endpoint without its options. */
export const endpointName = (text: string): string => text.replace(/\?.*$/s, '')
