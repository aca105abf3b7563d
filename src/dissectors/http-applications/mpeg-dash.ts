import type { Cursor } from '../../wire/cursor.ts'
import { httpApplication } from '../http-application.ts'

const MAX_BRANDS = 16
// ISO/IEC 23009-1 §6.3.4: brands of segments.
const BRANDS = ['dash', 'msdh', 'msix']

export default httpApplication({
  name: 'MpegDash',
  category: 'Media',
  about: 'Dynamic adaptive streaming (ISO/IEC 23009-1): manifests and segments by type, name, or the brand at the beginning of a file',
  pathEnds: ['.mpd', '.m4s', '/init.mp4'],
  contentTypes: ['application/dash+xml', 'video/iso.segment'],
  body: isSegment,
})

/** The first box: its length, 'ftyp' or 'styp', major brand, minor version, compatible brands. */
function isSegment(c: Cursor): boolean {
  if (!c.startsWith('ftyp', 4) && !c.startsWith('styp', 4)) return false
  const end = Math.min(c.peek32(0), c.left, 16 + 4 * MAX_BRANDS)
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4) for (const brand of BRANDS) if (c.startsWith(brand, at)) return true
  return false
}
