/** Messages of OICQ, the protocol of QQ (as open clients have it): mark, version, command, sequence number, account; data, enciphered; mark. */
import type { Cursor } from '../wire/cursor.ts'

export const OICQ_BEGIN = 0x02
const END = 0x03
export const OICQ_MIN_LEN = 12
/** Accounts have five to ten digits. */
const FIRST_ACCOUNT = 10_000

const COMMANDS: Readonly<Record<number, string>> = {
  1: 'Log out',
  2: 'Keep alive',
  4: 'Update user information',
  5: 'Search user',
  6: 'Get user information',
  9: 'Add friend without authentication',
  10: 'Delete user',
  11: 'Add friend with authentication',
  13: 'Set status',
  18: 'Confirmation of message',
  22: 'Send message',
  23: 'Receive message',
  24: 'Retrieve information',
  26: 'Reserved',
  28: 'Delete me',
  29: 'Request key',
  33: 'Cell phone',
  34: 'Log in',
  38: 'Get friend list',
  39: 'Get friends online',
  41: 'Cell phone',
  48: 'Group operation',
  49: 'Log in test',
  60: 'Group name operation',
  61: 'Upload group friend',
  62: 'Memo operation',
  88: 'Download group friend',
  92: 'Get level',
  98: 'Request login',
  101: 'Request extra information',
  103: 'Signature operation',
  128: 'System message',
  129: 'Get status of friend',
  181: 'Get friend’s status of group',
}
export const oicqCommand = (c: Cursor): string | undefined => COMMANDS[c.peek16(3)]
export const oicqAccount = (c: Cursor): number => c.peek32(7)

/** Whether the bytes up to the cursor's end are one message. */
export const isOicq = (c: Cursor): boolean =>
  c.left >= OICQ_MIN_LEN &&
  c.peek() === OICQ_BEGIN &&
  c.peek(c.left - 1) === END &&
  c.peek16(1) !== 0 &&
  oicqCommand(c) !== undefined &&
  oicqAccount(c) >= FIRST_ACCOUNT
