import { risk } from './risk.ts'

/** IANA's registry of protocol identifiers (RFC 7301), with the drafts that were in wide use, and what large programs send. */
const COMMON =
  /^(?:http\/[01]\.\d|h2(?:-\w+)?|h2c|h3|h3-\w+|hq|hq-\w+|spdy\/\S+|webrtc|c-webrtc|ftp|imap|pop3|managesieve|coap|co|xmpp-\S+|acme-tls\/1|mqtt|dot|ntske\/1|sunrpc|smb|irc|nntp|nnsp|doq\S*|sip\/2|tds\/8\.0|dicom|postgresql|radius\/\S+|stun\.\S+|perf\S*|grease|apns-\S+|doh|grpc-exp|libp2p|imap\.\S+|x-amzn-\S+|quic-echo-example|siduck\S*|moq\S*|baduk|wq\S*|masque\S*|fbns\S*|\w\w)$/

export default risk({
  id: 31,
  name: 'Uncommon TLS ALPN',
  severity: 'Medium',
  blame: 'both',
  about: 'A protocol is offered that is in no registry: a program of its own kind. See whether it is wanted here.',
  of: ['TLS', 'DTLS'],
  fields: ['alpn'],
  check: (flow) => flow.texts('alpn').find((name) => !COMMON.test(name)),
})
