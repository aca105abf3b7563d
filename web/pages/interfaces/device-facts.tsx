import { hasMessage, t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'

const FEW = 3

/** In full where they are few; the rest on hover. */
export function Addresses({ of, most = FEW }: { readonly of: readonly string[]; readonly most?: number }) {
  if (of.length === 0) return <span className="faint">{t('device.noAddress')}</span>
  const rest = of.slice(most)
  return (
    <span className="addresses">
      {of.slice(0, most).map((address) => (
        <span key={address} className="address">
          {showable(address)}
        </span>
      ))}
      {rest.length > 0 && (
        <span className="faint" title={rest.map(showable).join('\n')}>
          {t('device.moreAddresses', { n: rest.length })}
        </span>
      )}
    </span>
  )
}

/** The system's word where there is none of ours. */
export function deviceKind(kind: string): string {
  const key = `deviceKind.${kind}`
  return hasMessage(key) ? t(key) : showable(kind)
}
