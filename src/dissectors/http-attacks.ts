/** Attacks that are written into what a client sends to a web server: its target, a form, a header. */
import type { RiskName } from '../lib/risks.gen.ts'
import type { Context } from './dissector.ts'

/** Longer ones are looked at so far. */
const MAX_LEN = 2048
/** Without one of these no attack of the kinds below can be written. */
const TELLING = /[%'"<`;|&$(\\]|--|\/\*|\.\./

// Every quantifier is bounded or runs over a class that what follows it does not match: no text makes these slow.
const SQL =
  /\bunion\b(?:\s|\/\*|\*\/|\(){1,8}(?:all\b\s{1,4}|distinct\b\s{1,4})?select\b|['"]\s{0,4}(?:or|and)\s{1,4}['"(]?\w{1,16}['")]?\s{0,4}(?:=|<|>|like\b)|\b(?:or|and)\s{1,4}(\d{1,6})\s{0,2}=\s{0,2}\1\b|;\s{0,4}(?:drop|insert|update|delete|alter|create|exec|shutdown)\s{1,4}\w|\binformation_schema\b|\bwaitfor\s{1,4}delay\b|\b(?:sleep|benchmark|load_file|extractvalue|updatexml)\s{0,2}\(\s{0,2}['"\d(]|\bxp_cmdshell\b|\binto\s{1,4}(?:out|dump)file\b|\bselect\b[^;]{1,120}\bfrom\b[^;]{1,60}(?:--|#|\bwhere\b)|\border\s{1,4}by\s{1,4}\d{1,4}\s{0,4}(?:--|#)/
const XSS =
  /<\s{0,4}script\b|<\s{0,4}(?:img|svg|iframe|body|video|audio|object|embed|details|input|a)\b[^>]{0,200}\bon[a-z]{3,16}\s{0,4}=|javascript\s{0,2}:|\bdocument\s{0,2}\.\s{0,2}(?:cookie|location)\b|<\s{0,4}iframe\b/
const RCE =
  /(?:[;|&`\n]|\$\()\s{0,4}(?:\/(?:usr\/)?s?bin\/)?(?:wget|curl|nc|ncat|bash|sh|cat|id|whoami|uname|ls|dir|ping|chmod|python\d?|perl|php|powershell|cmd|certutil|ifconfig|netstat|type|echo|sleep|rm|touch|tftp)(?:\.exe)?(?:[\s;|&`)+]|$)|\/bin\/(?:ba|da|z|k)?sh\b|<\?(?:php\b|=)|\b(?:shell_exec|passthru|system|popen|proc_open|eval|assert)\s{0,2}\(|\ballow_url_include\b|\bauto_prepend_file\b|(?:^|[=?/'" ])(?:cat|type|more|head|tail)\s{1,4}\/(?:etc|proc|var)\/|\/usr\/s?bin\/\w{1,16}\s{0,4}[|;&]|getruntime\s{0,2}\(|\(\)\s{0,2}\{\s{0,4}:?;/
const LOG4SHELL = /\$\{(?:jndi|lower|upper|env|sys|::-)[:}]?/

const KINDS: readonly (readonly [risk: RiskName, pattern: RegExp])[] = [
  ['Possible Exploit Attempt', LOG4SHELL],
  ['SQL Injection', SQL],
  ['XSS Attack', XSS],
  ['RCE Injection', RCE],
]

/** What was found lately, a bit a kind: the same targets are asked for again and again. All is forgotten when there is no more room. */
const found = new Map<string, number>()
const MAX_FOUND = 2048
/** Longer ones, which are forms, are different each time. */
const MAX_REMEMBERED = 255

/** Says what the text holds, if anything. */
export function raiseAttacks(text: string, ctx: Context): void {
  if (!TELLING.test(text)) return
  const kinds = text.length > MAX_REMEMBERED ? lookFor(text) : (found.get(text) ?? remember(text))
  if (kinds === 0) return
  for (const [i, [risk]] of KINDS.entries()) if ((kinds & (1 << i)) !== 0) ctx.raise(risk, text)
}
function remember(text: string): number {
  if (found.size === MAX_FOUND) found.clear()
  const kinds = lookFor(text)
  found.set(text, kinds)
  return kinds
}
function lookFor(text: string): number {
  const plain = decoded(text.slice(0, MAX_LEN)).toLowerCase()
  return KINDS.reduce((kinds, [, pattern], i) => (pattern.test(plain) ? kinds | (1 << i) : kinds), 0)
}

/** Files of the server that no page links to: a request for one is a search for what was left lying about. */
const HIDDEN =
  /^\/(?:\.(?!well-known\b)[\w.]|(?:[\w-]{1,64}\/){1,8}\.(?:git|svn|hg|env|aws|ssh|ht|ds_store|bash|npmrc|docker|vscode|idea)(?![a-z]{3}))/i
export const asksForHidden = (target: string): boolean => HIDDEN.test(target)

/** Encoding twice hides from filters that decode once. */
function decoded(text: string): string {
  let plain = text.replaceAll('+', ' ')
  for (let i = 0; i < 2 && plain.includes('%'); i++)
    plain = plain.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return plain
}
