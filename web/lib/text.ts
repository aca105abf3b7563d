/** The console shows text of the wire as the terminal does. */
export * from '../../src/lib/text.ts'
