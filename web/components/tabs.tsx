import type { KeyboardEvent, ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly tabs: readonly { readonly name: string; readonly label: ReactNode }[]
  readonly value: string
  readonly onChange: (name: string) => void
}
export const panelId = (name: string) => `tabpanel-${name}`

/** Sections of a page, as ARIA has them: one tab stop, arrows between them. */
export function Tabs({ label, tabs, value, onChange }: Props) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const at = tabs.findIndex(({ name }) => name === value)
    const to =
      event.key === 'ArrowRight'
        ? at + 1
        : event.key === 'ArrowLeft'
          ? at - 1
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? tabs.length - 1
              : undefined
    if (to === undefined) return
    event.preventDefault()
    const next = (to + tabs.length) % tabs.length
    onChange(tabs[next]!.name)
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ name, label: shown }) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === value}
          aria-controls={panelId(name)}
          tabIndex={name === value ? 0 : -1}
          onClick={() => onChange(name)}
        >
          {shown}
        </button>
      ))}
    </div>
  )
}

export function TabPanel({
  name,
  children,
  className = '',
}: {
  readonly name: string
  readonly children: ReactNode
  readonly className?: string
}) {
  return (
    <div role="tabpanel" id={panelId(name)} aria-labelledby={`tab-${name}`} className={`tab-panel ${className}`}>
      {children}
    </div>
  )
}
