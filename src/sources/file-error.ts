import { SourceError } from '../lib/source.ts'

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file: check the path',
  ENOTDIR: 'no such file: a part of the path is not a directory',
  EACCES: 'no permission to read it: run as a user who may, or change its mode',
  EPERM: 'no permission to read it: run as a user who may',
  EISDIR: 'a directory: give the capture files in it',
  ELOOP: 'symbolic links that lead in a circle: give the file itself',
  ENAMETOOLONG: 'a path that is too long: check it',
  EMFILE: 'too many open files: raise ulimit -n or read fewer at once',
  ENXIO: 'nothing can be read from it: give a capture file',
}

/** What went wrong with a file as one line: which, why, what to do. */
export function fileError(path: string, error: unknown): SourceError {
  if (error instanceof SourceError) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new SourceError(`${path}: ${(code && ADVICE[code]) ?? `cannot be read (${message})`}`)
}
