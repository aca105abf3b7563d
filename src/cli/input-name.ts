import { basename } from 'node:path'
import { STDIN } from '../sources/pcap-file.ts'

/** How an input of `-i` is called where it is shown. */
export const inputName = (input: string): string =>
  input === STDIN
    ? 'standard input'
    : input
        .split(',')
        .map((path) => basename(path.trim()))
        .join(', ')
