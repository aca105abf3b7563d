import { t } from '../../lib/messages.ts'
import { OtherDevices } from '../../pages/interfaces/devices.tsx'
import { Icon } from '../icons.tsx'

/** Nothing is being watched yet: how to begin. */
export function Welcome() {
  return (
    <div className="welcome">
      <svg className="welcome-mark" width="72" height="72" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M3 17h5l3-9 5 17 4-12 2 4h7" />
      </svg>
      <h1>{t('welcome')}</h1>
      <p>{t('welcome.about')}</p>
      <OtherDevices />
      <button type="button" className="welcome-drop" onClick={() => document.getElementById('capture-file')?.click()}>
        <Icon name="upload" size={28} />
        <strong>{t('welcome.drop')}</strong>
        <span>{t('welcome.formats')}</span>
      </button>
      <p>{t('welcome.command')}</p>
      <pre className="welcome-command">{'wiretop -i capture.pcap\nsudo wiretop -i eth0'}</pre>
    </div>
  )
}
