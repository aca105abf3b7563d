/** A reader of RFC 5424 for tests, after the grammar of its section 6. */
export interface SyslogMessage {
  readonly pri: number
  readonly version: number
  readonly timestamp: string
  readonly hostname: string
  readonly appName: string
  readonly procId: string
  readonly msgId: string
  readonly data: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly message: string
}

export function readSyslog(text: string): SyslogMessage {
  const head =
    /^<(\d{1,3})>([1-9]\d{0,2}) (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /.exec(
      text,
    )
  if (head === null) throw new Error(`not a header of RFC 5424: ${text.slice(0, 100)}`)
  const data = new Map<string, Map<string, string>>()
  let at = head[0].length
  if (text[at] === '-') at++
  else
    while (text[at] === '[') {
      const id = /[^=\s\]"]{1,32}/y
      id.lastIndex = at + 1
      const name = id.exec(text)![0]
      at = id.lastIndex
      const params = new Map<string, string>()
      const param = / ([^=\s\]"]{1,32})="((?:\\.|[^"\\\]])*)"/y
      param.lastIndex = at
      for (let found = param.exec(text); found !== null; found = param.exec(text)) {
        params.set(found[1]!, found[2]!.replace(/\\(["\\\]])/g, '$1'))
        at = param.lastIndex
      }
      if (text[at] !== ']') throw new Error(`not structured data at ${at}: ${text.slice(at, at + 50)}`)
      at++
      data.set(name, params)
    }
  if (at < text.length && text[at] !== ' ') throw new Error(`no blank before the message at ${at}`)
  const [, pri, version, timestamp, hostname, appName, procId, msgId] = head
  return {
    pri: Number(pri),
    version: Number(version),
    timestamp: timestamp!,
    hostname: hostname!,
    appName: appName!,
    procId: procId!,
    msgId: msgId!,
    data,
    message: text.slice(at + 1),
  }
}

/** RFC 6587 §3.4.1: the length in decimal, a blank, and the message. */
export function readFrames(bytes: Buffer): SyslogMessage[] {
  const messages: SyslogMessage[] = []
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(' ', at)
    const length = bytes.toString('latin1', at, blank)
    if (!/^[1-9]\d*$/.test(length)) throw new Error(`no length at ${at}: ${length}`)
    messages.push(readSyslog(bytes.toString('utf8', blank + 1, blank + 1 + Number(length))))
    at = blank + 1 + Number(length)
    if (at > bytes.length) throw new Error('the last frame is cut')
  }
  return messages
}
