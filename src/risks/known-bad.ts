/** What ships of bad fingerprints and names. Few, and only what is beyond doubt: users bring lists of their own, which change by the day. */

/** JA3 of malware, from the list of abuse.ch's SSLBL (CC0, https://sslbl.abuse.ch/ja3-fingerprints/). */
export const badFingerprints: readonly string[] = `
  51c64c77e60f3980eea90869b68c58a8 b386946a5a44d1ddcc843bc75336dfce cb98a24ee4b9134448ffb5714fd870ac
  6734f37431670b3ab4292b8f60f29984 8916410db85077a5460817142dcbc8de 1aa7bf8b97e540ca5edd75f7b8384bfa
  8f52d1ce303fb4a6515836aec3cc16b1 dff8a0aa1c904aaea76c5bf624e88333 40adfd923eb82b89d8836ba37a19bca1
  fd80fa9c6120cdeea8520510f3c644ac 57f3642b4e37e28f5cbe3020c9331b4c c201b92f8b483fa388be174d6689f534
  d551fafc4f40f1dec2bb45980bfa9492 7a29c223fb122ec64d10f0a159e07996
`
  .trim()
  .split(/\s+/)

/**
 * Names below which answers to attacks come in: testers and attackers let a victim's machine look them up, to see that a hole is there (interactsh, Burp
 * Collaborator and the like); and the name under which dnscat2's own server runs.
 */
export const badDomains: readonly string[] = `
  oast.pro oast.live oast.site oast.online oast.fun oast.me interact.sh burpcollaborator.net oastify.com dnslog.cn ceye.io
  skullseclabs.org
`
  .trim()
  .split(/\s+/)
