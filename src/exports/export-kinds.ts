/** How the addresses of exports begin; what opens them is loaded in their thread. */
export const EXPORT_KINDS = [
  'ipfix',
  'ipfix+tcp',
  'ipfix+tls',
  'json',
  'json+tcp',
  'json+tls',
  'syslog',
  'syslog+tcp',
  'syslog+tls',
  'kafka',
  'kafka+tls',
  'tcp',
  'ipc',
  'zmq+tcp',
  'zmq+ipc',
] as const
export type ExportKind = (typeof EXPORT_KINDS)[number]
