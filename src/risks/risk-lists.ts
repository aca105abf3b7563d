/**
 * Fingerprints, certificates, names and addresses that somebody has found to be bad: a few that ship, and the user's own. Of a line of a user's list the words
 * count that are one of these, so the lists that abuse.ch, Spamhaus and others publish (CSV, hosts files) can be read as they are.
 */
import { type AddressWords, formatAddress, formatNetwork, maskOf, type Network, parseNetwork } from '../wire/address.ts'
import { badDomains, badFingerprints } from './known-bad.ts'

const JA3 = /^[0-9a-f]{32}$/
const JA4 = /^[tdq](?:1[0-3]|s[23]|d[1-3]|00)[di]\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/
const SHA1 = /^[0-9a-f]{40}$/
const DOMAIN = /^(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/
const ADDRESS = /^[0-9]+(?:\.[0-9]+){3}(?:\/\d+)?$|^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*(?:\/\d+)?$/
/** In hosts files these stand before the name. */
const NOWHERE = ['0.0.0.0', '127.0.0.1', '::', '::1']

export class RiskLists {
  private readonly fingerprints = new Set<string>(badFingerprints)
  private readonly certificates = new Set<string>()
  private readonly domains = new Set<string>(badDomains)
  /** By their length in bits, longest first; an address has 128. */
  private readonly networks: { readonly bits: number; readonly bases: Set<string> }[] = []

  /** Adds what the lines of a user's list hold. Returns the numbers of the lines in which nothing was understood, from 1. */
  add(text: string): number[] {
    return text.split(/\r?\n/).flatMap((line, i) => (this.addLine(line) ? [] : [i + 1]))
  }

  private addLine(line: string): boolean {
    const words = line
      .replace(/[#;].*/, '')
      .toLowerCase()
      .split(/[\s,"]+/)
      .filter((word) => word !== '' && !NOWHERE.includes(word))
    return words.length === 0 || words.filter((word) => this.addWord(word)).length > 0
  }
  private addWord(word: string): boolean {
    const network = ADDRESS.test(word) ? parseNetwork(word) : undefined
    if (JA3.test(word) || JA4.test(word)) this.fingerprints.add(word)
    else if (SHA1.test(word.replaceAll(':', ''))) this.certificates.add(word.replaceAll(':', ''))
    else if (network !== undefined) this.addNetwork(network)
    else if (DOMAIN.test(word)) this.domains.add(word)
    else return false
    return true
  }
  private addNetwork({ words, bits }: Network): void {
    let of = this.networks.find((n) => n.bits === bits)
    if (of === undefined) {
      of = { bits, bases: new Set() }
      this.networks.push(of)
      this.networks.sort((a, b) => b.bits - a.bits)
    }
    of.bases.add(baseOf(words, bits))
  }

  get hasNetworks(): boolean {
    return this.networks.length > 0
  }
  hasFingerprint(ja: string): boolean {
    return this.fingerprints.has(ja)
  }
  /** SHA-1 of a certificate, with or without colons. */
  hasCertificate(sha1: string): boolean {
    return this.certificates.size > 0 && this.certificates.has(sha1.replaceAll(':', '').toLowerCase())
  }
  /** The smallest listed network that holds the address, as text; a listed address itself has no '/'. */
  listedNetwork(words: AddressWords): string | undefined {
    const found = this.networks.find(({ bits, bases }) => bases.has(baseOf(words, bits)))
    if (found === undefined) return undefined
    const base = words.map((word, i) => word & maskOf(found.bits - 32 * i)) as unknown as AddressWords
    return found.bits === 128 ? formatAddress(...base) : formatNetwork({ words: base, bits: found.bits })
  }
  /** The listed name that this one is or ends in, or undefined. */
  listedDomain(name: string): string | undefined {
    for (let rest = name; rest !== ''; ) {
      if (this.domains.has(rest)) return rest
      const dot = rest.indexOf('.')
      rest = dot < 0 ? '' : rest.slice(dot + 1)
    }
    return undefined
  }
}

const baseOf = (words: AddressWords, bits: number): string => words.map((word, i) => word & maskOf(bits - 32 * i)).join()
