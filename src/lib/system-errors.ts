/** What an error of the system, or of TLS, means, in few words. */
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

const MAX_TEXT = 200

interface Coded extends Error {
  readonly code?: unknown
}

export function inWords(error: Error): string {
  const { code } = error as Coded
  // Of several addresses tried (happy eyeballs) the first error stands for all.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return inWords(error.errors[0])
  return (typeof code === 'string' && WORDS[code]) || error.message.split('\n')[0]!.slice(0, MAX_TEXT)
}
