import { t } from '../lib/messages.ts'

/** Says that the order of a list is held. */
export const Held = () => (
  <span className="held" title={t('held.about')}>
    {t('held')}
  </span>
)
