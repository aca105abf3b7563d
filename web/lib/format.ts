/** The console writes numbers and times as the terminal does. */
export * from '../../src/lib/format.ts'
