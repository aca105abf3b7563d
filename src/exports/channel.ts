/** One way to a peer, opened once. A send queue opens another when it is lost. */
export interface Channel<T> {
  /**
   * Writes in the order of calls. `done` is called once: without an error when the system has taken it, with one when this payload was given up and the channel goes on.
   * It is not called after the channel was lost. What is written belongs to the channel until then.
   */
  write(payload: T, done: (error?: Error) => void): void
  /** No more calls come after this one. Resolves when what it holds is let go. */
  close(): Promise<void>
}

export interface ChannelEvents {
  opened(): void
  /** It is of no more use; `why` is short, as 'connection refused'. Called at most once. */
  lost(why: string): void
}

/** Begins to open; the events come later, never during the call. */
export type OpenChannel<T> = (events: ChannelEvents) => Channel<T>

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed by the peer',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name could not be looked up',
  ENOSPC: 'no space left on the device',
  EACCES: 'permission denied',
  ENOENT: 'no such folder',
  EISDIR: 'is a folder',
  EROFS: 'read-only file system',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: name it as an authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes of an authority that is not known: name that authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes of an authority that is not known: name that authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  EMSGSIZE: 'message longer than the path takes',
}

/** An error of the system in few words. */
export function inWords(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  // Of several addresses tried (happy eyeballs) the first error stands for all.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return inWords(error.errors[0])
  return (code !== undefined && WORDS[code]) || error.message.split('\n')[0]!.slice(0, 200)
}
