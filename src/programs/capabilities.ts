/** Giving up rights for good (capabilities(7), prctl(2)). Of the calling thread: Node reads files synchronously on its main thread. */
import koffi from 'koffi'

export const CAP_DAC_READ_SEARCH = 2
const CAP_SETPCAP = 8
export const CAP_SYS_PTRACE = 19
const LAST_CAP = 63

const PR_SET_PDEATHSIG = 1
const PR_SET_DUMPABLE = 4
const PR_SET_KEEPCAPS = 8
const PR_CAPBSET_READ = 23
const PR_CAPBSET_DROP = 24
const PR_SET_NO_NEW_PRIVS = 38
const PR_CAP_AMBIENT = 47
const PR_CAP_AMBIENT_CLEAR_ALL = 4
const SIGKILL = 9

const LINUX_CAPABILITY_VERSION_3 = 0x20080522
/** nobody, where no other user of that name is known. */
const NOBODY = 65_534

interface Calls {
  prctl(option: number, a: number, b: number, c: number, d: number): number
  capget(header: Uint32Array, data: Uint32Array): number
  capset(header: Uint32Array, data: Uint32Array): number
}

function calls(): Calls {
  const library = koffi.load(null)
  return {
    prctl: library.func('int prctl(int, ulong, ulong, ulong, ulong)') as Calls['prctl'],
    capget: library.func('int capget(uint32_t*, _Out_ uint32_t*)') as Calls['capget'],
    capset: library.func('int capset(uint32_t*, uint32_t*)') as Calls['capset'],
  }
}

/** Effective, permitted and inheritable sets, the low words in front of the high ones. */
const SETS_WORDS = 6
const header = () => Uint32Array.of(LINUX_CAPABILITY_VERSION_3, 0)

function must(call: string, result: number): void {
  if (result !== 0) throw new Error(`${call} failed with errno ${koffi.errno()}`)
}

/**
 * Keeps of the capabilities only those of `keep` that are there, becomes nobody where it was root, and can never have more again. Threads that were begun before
 * keep none at all where it was root: the change of user takes them all away from those that do not ask to keep them.
 * Returns those of `keep` that it has.
 */
export function confine(keep: readonly number[]): readonly number[] {
  const { prctl, capget, capset } = calls()
  const sets = new Uint32Array(SETS_WORDS)
  must('capget', capget(header(), sets))
  const has = (cap: number) => ((cap < 32 ? sets[1]! : sets[4]!) & (1 << (cap & 31))) !== 0
  const kept = keep.filter(has)
  if (has(CAP_SETPCAP))
    for (let cap = 0; cap <= LAST_CAP && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
      must('dropping a capability', prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
  if (process.getuid?.() === 0) {
    must('keeping capabilities', prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    process.setgroups!([])
    process.setgid!(NOBODY)
    process.setuid!(NOBODY)
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
  const wanted = new Uint32Array(SETS_WORDS)
  for (const cap of kept)
    for (const set of [0, 1]) {
      const word = set + (cap < 32 ? 0 : 3)
      wanted[word] = wanted[word]! | (1 << (cap & 31))
    }
  must('capset', capset(header(), wanted))
  must('no_new_privs', prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
  // Nobody else of this user looks into it.
  must('becoming undumpable', prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
  return kept
}

/** The kernel ends this process when the thread that began it ends. A change of user undoes it: call it last. */
export function dieWithParent(): void {
  must('the signal at the end of the parent', calls().prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
}
