/** The process that looks up which program a socket belongs to: it keeps the rights for that alone, while who touches packets has none. */
import { runHelper } from './programs/helper.ts'

runHelper()
