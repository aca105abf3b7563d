export const EXIT_FINE = 0
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2

const MAX_MESSAGE = 500

/** The command line or a configuration file asks for what there is not. `message` is one line: what, where, what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'

  /** Part of it may come from a file of anything. */
  constructor(message: string) {
    super(message.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd').slice(0, MAX_MESSAGE))
  }
}
