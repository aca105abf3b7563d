/**
 * Server names by application. Each value lists names separated by white space: `example.com` stands for itself and everything below it;
 * `-video.example.com` and `.example.com` match where a name ends so; a text that ends in `.` or `-` matches anywhere inside a name.
 * The longest match wins, across all tables.
 */
export interface ServerNameTable {
  readonly category: string
  readonly names: Readonly<Record<string, string>>
}

/** At a name of an application: its texts one by one. */
export const namesOf = (list: string): string[] => list.split(/\s+/).filter((name) => name !== '')
