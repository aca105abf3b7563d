import type { ServerNameTable } from './table.ts'

export const dataTransfer: ServerNameTable = {
  category: 'DataTransfer',
  names: {
    Crashlytics: 'crashlytics.com',
  },
}
