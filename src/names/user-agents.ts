/** What a user agent (RFC 9110 §10.1.5; the comments in it follow habit alone) says of the system and the device it runs on. */

export interface Agent {
  /** 'Windows 10 or 11', 'Android 13', 'iOS 17', 'Linux' … */
  readonly system?: string
  /** Model or kind of the device: 'SM-S901B', 'iPhone', 'PlayStation 5'. */
  readonly device?: string
}

const MAX_LENGTH = 512
const MAX_MODEL = 32
const WINDOWS: Readonly<Record<string, string>> = {
  '5.0': '2000',
  '5.1': 'XP',
  '5.2': 'XP',
  '6.0': 'Vista',
  '6.1': '7',
  '6.2': '8',
  '6.3': '8.1',
  '10.0': '10 or 11',
}

type Rule = readonly [pattern: RegExp, agent: (found: RegExpExecArray) => Agent]
/** What is part of another system's words comes first: Android is a Linux too, and phones say that they are a Macintosh. */
const RULES: readonly Rule[] = [
  [/PlayStation ?(\d|Vita|Portable)/i, ([, model]) => ({ system: 'PlayStation', device: `PlayStation ${model}` })],
  [/Nintendo (Switch|WiiU|3DS|DSi)/, ([, model]) => ({ system: 'Nintendo', device: `Nintendo ${model}` })],
  [/Xbox/, () => ({ system: 'Windows', device: 'Xbox' })],
  [/Windows Phone(?: OS)? (\d{1,2})/, ([, version]) => ({ system: `Windows Phone ${version}`, device: 'phone' })],
  [/Windows NT (\d{1,2}\.\d)/, ([, version]) => ({ system: windows(version!) })],
  [/Windows (95|98|CE)/, ([, version]) => ({ system: `Windows ${version}` })],
  [/AppleTV|tvOS|Apple TV/, () => ({ system: 'tvOS', device: 'Apple TV' })],
  [/\b(iPhone|iPod)\b[^)]*? OS (\d{1,2})[_.]/, ([, device, version]) => ({ system: `iOS ${version}`, device: device! })],
  [/\biPad\b[^)]*? OS (\d{1,2})[_.]/, ([, version]) => ({ system: `iPadOS ${version}`, device: 'iPad' })],
  [/\b(iPhone|iPod|iPad)\b/, ([, device]) => ({ system: device === 'iPad' ? 'iPadOS' : 'iOS', device: device! })],
  [
    /Mac OS X (\d{1,2})[_.](\d{1,2})/,
    ([, major, minor]) => ({ system: major === '10' ? `macOS 10.${minor}` : `macOS ${major}`, device: 'Mac' }),
  ],
  [/macOS\/(\d{1,2})/, ([, version]) => ({ system: `macOS ${version}`, device: 'Mac' })],
  [/Macintosh|Mac OS X|MacOS/, () => ({ system: 'macOS', device: 'Mac' })],
  [/\bCrOS\b/, () => ({ system: 'ChromeOS', device: 'Chromebook' })],
  [/KAIOS\/(\d)/, ([, version]) => ({ system: `KaiOS ${version}`, device: 'phone' })],
  [/Tizen(?:[ /](\d))?/, ([, version]) => ({ system: version === undefined ? 'Tizen' : `Tizen ${version}` })],
  [/Web0S|webOS/, () => ({ system: 'webOS' })],
  [/\bRoku\b/, () => ({ system: 'Roku', device: 'Roku' })],
  [/Android(?: (\d{1,2}))?([^)]{0,200})/, ([, version, rest]) => android(version, rest!)],
  [/\b(Ubuntu|Fedora|Debian|FreeBSD|OpenBSD|NetBSD|SunOS)\b/, ([, system]) => ({ system: system! })],
  [/\bLinux\b/i, () => ({ system: 'Linux' })],
  [/^(?:Microsoft|Windows|MSDW|Delivery-Optimization)/, () => ({ system: 'Windows' })],
  [/\bDarwin\/\d/, () => ({ system: 'macOS or iOS' })],
]

const windows = (version: string) => (WINDOWS[version] === undefined ? 'Windows' : `Windows ${WINDOWS[version]}`)

/** Behind the version come a language (in old ones) and the model, up to 'Build'; browsers now say 'K' for all models. */
function android(version: string | undefined, rest: string): Agent {
  const system = version === undefined ? 'Android' : `Android ${version}`
  for (const part of rest.split(';').slice(1)) {
    const model = part.trim().split(/ Build\/|\//, 1)[0]!
    if (
      model.length < 2 ||
      model.length > MAX_MODEL ||
      /^[a-z]{2}([-_][a-zA-Z]{2})?$/.test(model) ||
      /^(wv|rv:|Mobile|Tablet|arm|U$)/.test(model)
    )
      continue
    return { system, device: model }
  }
  return { system }
}

const NOTHING: Agent = {}

export function readUserAgent(userAgent: string): Agent {
  const text = userAgent.slice(0, MAX_LENGTH)
  for (const [pattern, agent] of RULES) {
    const found = pattern.exec(text)
    if (found !== null) return agent(found)
  }
  return NOTHING
}
