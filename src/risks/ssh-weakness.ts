/** Ciphers that RFC 8758 has put away, and none at all. */
const BROKEN = ['arcfour', 'arcfour128', 'arcfour256', 'des-cbc', 'none']

/** What is wrong with one end of SSH, by its identification line and the ciphers that it offers. */
export function weakness(software: string, ciphers: readonly string[]): string | undefined {
  const cipher = ciphers.find((name) => BROKEN.includes(name))
  if (cipher !== undefined) return `cipher ${cipher}`
  if (/^SSH-1\.(?!99)/.test(software)) return `${software.slice(0, 8)}: version 1 of the protocol`
  const openSsh = /OpenSSH_(\d+)\./.exec(software)
  return openSsh !== null && Number(openSsh[1]) < 7 ? software : undefined
}
