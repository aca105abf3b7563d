/** One option: from this come its parsing, its line in `--help`, its key in a configuration file and its row in the documentation. */
export interface Option<T = unknown> {
  /** The single letter or digit behind one dash. */
  readonly short?: string
  /** Other long names that are understood. */
  readonly alias?: readonly string[]
  /** What stands for the value in the help; absent: a flag. */
  readonly value?: string
  readonly about: string
  readonly section: string
  /** The value when the option is absent, and how the help says it. */
  readonly initial: T
  readonly shownDefault?: string
  /** May be given again; `parse` gets what there is so far. */
  readonly many?: true
  /** What the option will do; it is known, and not there yet. */
  readonly pending?: string
  /** The value of the text, or why it is none. */
  parse(text: string, sofar: T): T | Refusal
}

/** Keys are the long names without their dashes. */
export type OptionTable = Readonly<Record<string, Option>>
type CamelCase<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S
type Landed<O extends OptionTable> = { [N in keyof O as O[N] extends { pending: string } ? never : N]: O[N] }
type InitialOf<O> = O extends Option<infer T> ? T : never
/** What a table's options are after parsing: `max-num-hosts` as `maxNumHosts`, without those that are pending. */
export type Values<O extends OptionTable> = {
  -readonly [N in keyof Landed<O> & string as CamelCase<N>]: InitialOf<O[N]>
}

export const camelCase = (longName: string): string => longName.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Why a value is refused, to be said behind the option's name. */
export class Refusal {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

interface About {
  readonly short?: string
  readonly alias?: readonly string[]
  readonly about: string
  readonly section: string
}

/** Where nothing stands in for it. */
export function withoutDefault<O extends { readonly shownDefault?: string }>({ shownDefault: _, ...option }: O): Omit<O, 'shownDefault'> {
  return option
}

export const flag = <const A extends About>(about: A): Option<boolean> & A => ({
  ...about,
  initial: false,
  parse: (text) => flagValue(text),
})

const YES = ['', '1', 'true', 'yes', 'on']
const NO = ['0', 'false', 'no', 'off']
const flagValue = (text: string): boolean | Refusal =>
  YES.includes(text.toLowerCase()) ||
  (NO.includes(text.toLowerCase()) ? false : new Refusal(`takes no value, or one of ${YES.slice(1).join(', ')}, ${NO.join(', ')}`))

export const valued = <T, const A extends About & { readonly value: string; readonly shownDefault?: string }>(
  about: A,
  initial: T,
  parse: (text: string) => T | Refusal,
): Option<T> & A => ({ ...about, initial, parse })

/** May be given several times; each value stays. */
export const many = <const A extends About & { readonly value: string }>(
  about: A,
  check: (text: string) => Refusal | undefined = () => undefined,
): Option<readonly string[]> & A => ({
  ...about,
  initial: [],
  many: true,
  parse: (text, sofar) => check(text) ?? [...sofar, text],
})

/** Known from the guide, and not there yet; `pending` says what it will do. */
export const pending = <const A extends About & { readonly value?: string }, const P extends string>(
  about: A,
  feature: P,
): Option<undefined> & A & { pending: P } => ({ ...about, initial: undefined, pending: feature, parse: () => undefined })
