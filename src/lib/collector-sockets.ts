/** Sockets of collectors: the main thread owns them, so that they outlast root's rights and the workers that read them. */

/** A bound socket, as a worker reads it. The descriptor stays the main thread's. */
export interface CollectorSocket {
  readonly fd: number
  /** Datagrams that were thrown away before this worker. */
  readonly droppedBefore: number
}

/** The socket of one interface, as long as there is that interface. What comes while nobody reads it waits there. */
export interface OwnSocket {
  /** What comes is kept from now on, for a worker to read it. */
  hear(): CollectorSocket
  /** Nothing that comes is kept: the interface is disabled. */
  deafen(): void
  close(): void
}

/** The main thread's side of collectors. */
export interface CollectorSockets {
  /** The socket that was opened for an endpoint at the start; undefined: there is none, or another interface has it. Workers open their own then. */
  take(endpoint: string): OwnSocket | undefined
}
