import { type FileHandle, open, rm } from 'node:fs/promises'

/** Writes an answer's body into a file, or to standard output. Rejects with one line; then the file is gone. */
export async function writeBody(answer: Response, path: string | undefined): Promise<void> {
  if (path === undefined)
    return pour(
      answer,
      (bytes) => new Promise((resolve, reject) => void process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))),
    )
  const file = await open(path, 'w').catch((error: Error) => Promise.reject(new Error(`${path} cannot be written: ${error.message}`)))
  try {
    await pour(answer, (bytes) => writeAll(file, bytes))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
const writeAll = async (file: FileHandle, bytes: Uint8Array): Promise<void> => void (await file.writeFile(bytes))

async function pour(answer: Response, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const reader = answer.body!.getReader()
  for (;;) {
    const part = await reader.read().catch(() => Promise.reject(new Error('the answer broke off: what came of it is not whole')))
    if (part.done) return
    await write(part.value)
  }
}
