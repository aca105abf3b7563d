import type { Cursor } from '../wire/cursor.ts'

/**
 * An application inside HTTP, told by what heads and bodies hold. One a file in http-applications/, collected by tools/gen-http-applications.ts; the rest
 * derives. All texts are given in lower case, and compared without regard to case.
 */
export interface HttpApplication {
  /** Spelled as in the catalogue of applications. Left out: the flow keeps its application, and only its category is told. */
  readonly name?: string
  readonly category: string
  /** One line: what it is and how it is told. */
  readonly about: string
  readonly methods?: readonly string[]
  /** Beginnings and ends of the path of the first request, without its query. */
  readonly pathBegins?: readonly string[]
  readonly pathEnds?: readonly string[]
  /** A path that begins or ends so counts only with this text in its query. */
  readonly queryHas?: string
  /** Beginnings of the values of these headers. */
  readonly userAgents?: readonly string[]
  readonly servers?: readonly string[]
  readonly contentTypes?: readonly string[]
  /** Headers that only this application sends. */
  readonly headers?: readonly string[]
  /** The beginning of the first body either way, as far as it has come with its segment. Called for every flow: must look away quickly. */
  readonly body?: (c: Cursor) => boolean
}

/** Declares one; the default export of its file. */
export const httpApplication = <const A extends HttpApplication>(application: A): A => application
