/** Which program of this machine an end of a flow belongs to: what is asked, what is answered, and how far the answers can be trusted. */

/** A process, as far as it may be seen. Times are epoch milliseconds; texts are as the process gave them, hostile ones too. */
export interface Program {
  /** Absent where the socket's user is all that could be learnt (see `ProgramSight`). */
  readonly pid?: number
  /** Name of its executable, or of the script that an interpreter runs; '' without a pid. */
  readonly name: string
  readonly uid: number
  /** Name of the user, or the uid as text where it has none. */
  readonly user: string
  /** Arguments joined by blanks, cut to MAX_COMMAND_CHARS. */
  readonly command?: string
  readonly executable?: string
  /** As its engine shows it: the first twelve digits of the id, or a name. */
  readonly container?: string
  readonly engine?: ContainerEngine
  /** UID of the Kubernetes pod. */
  readonly pod?: string
  /** systemd unit, without ".service". */
  readonly service?: string
  readonly startedMs?: number
  /** Inode of its network namespace, where that is not the one that was looked in. */
  readonly networkNamespace?: number
}
export type ContainerEngine = 'docker' | 'podman' | 'containerd' | 'cri-o' | 'lxc' | 'nspawn'

export const MAX_COMMAND_CHARS = 512

/**
 * One socket that is looked for, in 32-bit words: layer-4 protocol; local address; remote address (four words each in network order, IPv4 mapped into
 * ::ffff:0:0/96); local port << 16 | remote port.
 */
export const WANTED_WORDS = 10
/** Of one question. */
export const MAX_WANTED = 4096

export interface ProgramAnswer {
  readonly programs: readonly Program[]
  /** For each socket that was asked for: 1 + index in `programs`, or 0 where nothing is known. */
  readonly of: Uint16Array
}

export interface ProgramFinder {
  /** `wanted`: at most MAX_WANTED records of WANTED_WORDS words. Rejects, with one line, when nobody can answer now. */
  find(wanted: Uint32Array): Promise<ProgramAnswer>
}

/** Whose processes can be told by their sockets. 'own-user': of other users' sockets only the user is known. */
export type ProgramSight = 'all-users' | 'own-user'

export interface ProgramFinderState {
  readonly state: 'starting' | 'running' | 'ended'
  readonly sight?: ProgramSight
  /** Where sockets are read: /proc/net is slower, and says less. */
  readonly sockets?: 'netlink' | 'proc-net'
  /** What is missing and what to do about it, one line each. */
  readonly lacks: readonly string[]
}
