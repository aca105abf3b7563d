/** In the order of their bits (RFC 9293 §3.1): FIN, SYN, RST, PSH, ACK, URG, ECE, CWR. */
const FLAG_LETTERS = 'FSRPAUEC'

/** TCP flag bits as letters. */
export const flagText = (bits: number): string => [...FLAG_LETTERS].filter((_, i) => bits & (1 << i)).join('')

/** The bits of `flagText`; letters that are none are passed over. */
export function flagBits(letters: string): number {
  let bits = 0
  for (const letter of letters) if (FLAG_LETTERS.includes(letter)) bits |= 1 << FLAG_LETTERS.indexOf(letter)
  return bits
}
