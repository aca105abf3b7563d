/** Where a socket of ZeroMQ connects or binds. */
export interface ZmtpEndpoint {
  /** As people write it: tcp://host:port or ipc://path. */
  readonly text: string
  readonly host?: string
  readonly port?: number
  /** A local socket; one in the abstract name space begins with NUL. */
  readonly path?: string
  readonly isBound: boolean
}

/** sun_path of Linux, without the NUL at its end. */
const MAX_PATH = 107

/** `tcp://host:port`, `tcp://[IPv6]:port`, `ipc://path` or `ipc://@name`; `*` stands for all addresses where it is bound. Otherwise what is wrong with it. */
export function parseEndpoint(text: string, isBound: boolean): ZmtpEndpoint | string {
  const [, kind, rest] = /^(tcp|ipc):\/\/(.*)$/s.exec(text) ?? []
  if (kind === undefined || rest === undefined) return 'no endpoint of ZeroMQ: give tcp://HOST:PORT or ipc://PATH'
  return kind === 'ipc' ? localOf(text, rest, isBound) : tcpOf(text, rest, isBound)
}

function localOf(text: string, path: string, isBound: boolean): ZmtpEndpoint | string {
  if (path === '' || path.includes('\0')) return 'needs a path, as ipc:///run/flows.ipc'
  if (Buffer.byteLength(path) > MAX_PATH) return `a path of at most ${MAX_PATH} bytes is needed`
  return { text, path: path.startsWith('@') ? `\0${path.slice(1)}` : path, isBound }
}

function tcpOf(text: string, rest: string, isBound: boolean): ZmtpEndpoint | string {
  const [, six, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+|\*)):(\d{1,5})$/.exec(rest) ?? []
  const host = six ?? name
  if (host === undefined) return 'needs a host and a port, as tcp://HOST:5556 or tcp://[IPv6]:5556'
  const port = Number(digits)
  if (port > 65_535 || (port === 0 && !isBound)) return 'ports go from 1 to 65535'
  if (host === '*' && !isBound) return '* is no host to connect to: name one, or end the endpoint with c to bind'
  return { text, host, port, isBound }
}
