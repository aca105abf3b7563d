/** Categories of applications, spelled as tools of this field spell them. 'Unspecified' is what nothing is known of. */
export const categories = [
  'Unspecified',
  'Media',
  'VPN',
  'Email',
  'DataTransfer',
  'Web',
  'SocialNetwork',
  'Download',
  'Game',
  'Chat',
  'VoIP',
  'Database',
  'RemoteAccess',
  'Cloud',
  'Network',
  'Collaborative',
  'RPC',
  'Streaming',
  'System',
  'SoftwareUpdate',
  'User custom category 1',
  'User custom category 2',
  'User custom category 3',
  'User custom category 4',
  'User custom category 5',
  'Music',
  'Video',
  'Shopping',
  'Productivity',
  'FileSharing',
  'ConnCheck',
  'IoT-Scada',
  'VirtAssistant',
  'Cybersecurity',
  'AdultContent',
  'Mining',
  'Malware',
  'Advertisement',
  'Banned_Site',
  'Site_Unavailable',
  'Allowed_Site',
  'Antimalware',
  'Crypto_Currency',
  'Gambling',
] as const
export type Category = (typeof categories)[number]

const known: ReadonlySet<string> = new Set(categories)
export const isCategory = (name: string): name is Category => known.has(name)

/** Those that users may call otherwise are this and a number. */
export const USER_CATEGORY = 'User custom category'
export const isUserCategory = (name: string): boolean => /^User custom category [1-5]$/i.test(name)
