/** What a protocol is recognised by, in the order of what it is worth. */
export const EVIDENCES = ['custom-rule', 'payload', 'inside', 'server-name', 'ip-protocol', 'port', 'address'] as const
export type Evidence = (typeof EVIDENCES)[number]
