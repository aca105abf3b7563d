/** The filter language of lists, history, alerts, API and command line; docs/filter-language.md is its user's page. */
export { compileFilter } from './compile.ts'
export { type Completion, type CompletionOption, completeFilter } from './complete.ts'
export { addTerm, formatFilter, type Given, type Joined } from './format.ts'
export type { Filter, Operator, Test, Value } from './grammar.ts'
export { membersOf } from './grammar.ts'
export { quoteValue } from './lexer.ts'
export { type FilterError, type Parsed, type ParseOptions, parseFilter } from './parser.ts'
export { readTime } from './values.ts'
