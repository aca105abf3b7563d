/** A thread of a moment, which adds contacts to the file of their day. */
import { parentPort, workerData } from 'node:worker_threads'
import { addContacts } from './history/contact-file.ts'
import type { ContactDumpJob } from './lib/contact-rows.ts'

addContacts(workerData as ContactDumpJob)
parentPort!.postMessage('written')
