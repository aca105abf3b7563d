import { expect, test } from 'vitest'
import { readUserAgent } from './user-agents.ts'

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36',
    'Windows 10 or 11',
    undefined,
  ],
  ['Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; WOW64; Trident/7.0)', 'Windows 7', undefined],
  ['Mozilla/5.0 (Windows NT 9.9)', 'Windows', undefined],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 Edge/18', 'Windows', 'Xbox'],
  ['Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950)', 'Windows Phone 10', 'phone'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_1_2 like Mac OS X) AppleWebKit/605.1.15', 'iOS 17', 'iPhone'],
  ['Mozilla/5.0 (iPad; CPU OS 9_3 like Mac OS X)', 'iPadOS 9', 'iPad'],
  ['Podcasts/1 (iPhone; x)', 'iOS', 'iPhone'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15', 'macOS 10.15', 'Mac'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:120.0)', 'macOS 14', 'Mac'],
  ['Mozilla/5.0 (Linux; Android 5.1.1; LGLS751 Build/LMY47V; wv) AppleWebKit/537.36', 'Android 5', 'LGLS751'],
  ['Mozilla/5.0 (Linux; U; Android 4.0.3; ko-kr; LG-L160L Build/IML74K) AppleWebkit/534.30', 'Android 4', 'LG-L160L'],
  ['Mozilla/5.0 (Linux; Android 13; SM-S901B) AppleWebKit/537.36', 'Android 13', 'SM-S901B'],
  ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36', 'Android 10', undefined],
  ['Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/118.0 Firefox/118.0', 'Android 13', undefined],
  ['Dalvik/2.1.0 (Linux; U; Android 9; Redmi Note 8 MIUI/V12)', 'Android 9', 'Redmi Note 8 MIUI'],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36', 'ChromeOS', 'Chromebook'],
  ['Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:45.0) Gecko/20100101 Firefox/45.0', 'Ubuntu', undefined],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:45.0) Gecko/20100101 Firefox/45.0', 'Linux', undefined],
  ['Debian APT-HTTP/1.3 (1.8.2)', 'Debian', undefined],
  ['Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1', 'Tizen 5', undefined],
  ['Mozilla/5.0 (PlayStation 4 11.00) AppleWebKit/605.1.15', 'PlayStation', 'PlayStation 4'],
  ['MobileAsset/1.1 CFNetwork/1240.0.4 Darwin/20.6.0', 'macOS or iOS', undefined],
  ['Microsoft-CryptoAPI/10.0', 'Windows', undefined],
  ['Chrome/85.0.4183.83 Windows NT 6.1; Win64; x64', 'Windows 7', undefined],
  ['curl/8.5.0', undefined, undefined],
  ['', undefined, undefined],
])('%s', (text, system, device) => {
  expect(readUserAgent(text)).toEqual({ ...(system && { system }), ...(device && { device }) })
})

test('of a hostile agent the beginning alone is read, and it gives no long answer', () => {
  for (const part of ['Android ;', 'iPhone OS ', `Android 5;${' '.repeat(50)}`, '(;', 'Build/']) {
    const text = part.repeat(20_000)
    const read = readUserAgent(text)
    expect((read.device ?? '').length).toBeLessThanOrEqual(32)
    expect(read).toEqual(readUserAgent(text.slice(0, 512)))
  }
  const late = `Mozilla/5.0 (${'x'.repeat(512)}; Windows NT 10.0)`
  expect(readUserAgent(late)).toEqual({})
})
