import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { t } from '../../lib/messages.ts'
import { Go } from '../../lib/nav.tsx'
import { railPages } from '../../routes.tsx'
import { Icon } from '../icons.tsx'

export function Rail() {
  const { pathname } = useLocation()
  const under = (path: string) => (path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`))
  const rail = useRef<HTMLElement>(null)
  // On a phone not all have room beside each other.
  useEffect(() => {
    // Nothing is returned: newer browsers give a promise, which is no way to clean up.
    rail.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [pathname])
  return (
    <nav ref={rail} className="rail" aria-label={t('nav')}>
      <ul>
        {railPages.map(({ path, title, rail }) => (
          <li key={path}>
            <Go
              place={{ to: path }}
              className="rail-item"
              aria-current={under(path) ? 'page' : undefined}
              title={t('railKey', { key: rail!.letter })}
            >
              <Icon name={rail!.icon} size={18} />
              <span>{t(title)}</span>
              <span className="key rail-key" aria-hidden="true">
                {rail!.letter.toUpperCase()}
              </span>
            </Go>
          </li>
        ))}
      </ul>
    </nav>
  )
}
