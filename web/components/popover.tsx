import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

const GAP = 4
const EDGE = 8

/** Places a box by its anchor: below it, or above where there is no room; never past the window's edge. */
export function place(box: HTMLElement, anchor: DOMRect, align: 'start' | 'end'): void {
  const { offsetWidth: width, offsetHeight: height } = box
  const below = anchor.bottom + GAP + height <= innerHeight - EDGE || anchor.top < height + GAP + EDGE
  const top = below ? Math.min(anchor.bottom + GAP, innerHeight - EDGE - height) : anchor.top - GAP - height
  const left = align === 'start' ? anchor.left : anchor.right - width
  box.style.top = `${Math.max(EDGE, top)}px`
  box.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - EDGE - width))}px`
}

interface Props {
  readonly anchor: Element | RefObject<Element | null>
  readonly onClose: () => void
  readonly align?: 'start' | 'end'
  readonly className?: string
  readonly children: ReactNode
  readonly role?: string
  readonly label?: string
  readonly id?: string
}

/** A box in the top layer that closes by Escape, by a click outside and by scrolling away; the focus goes back to where it was. */
export function Popover({ anchor, onClose, align = 'start', className = '', children, role, label, id }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  close.current = onClose
  useLayoutEffect(() => {
    const element = box.current!
    const before = document.activeElement
    element.showPopover()
    place(element, ('current' in anchor ? anchor.current! : anchor).getBoundingClientRect(), align)
    const onToggle = (event: Event) => (event as ToggleEvent).newState === 'closed' && close.current()
    element.addEventListener('toggle', onToggle)
    return () => {
      element.removeEventListener('toggle', onToggle)
      if (before instanceof HTMLElement && (element.contains(document.activeElement) || document.activeElement === document.body))
        before.focus()
    }
  }, [anchor, align])
  useEffect(() => {
    const shut = () => close.current()
    addEventListener('resize', shut)
    return () => removeEventListener('resize', shut)
  }, [])
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it is labelled only where it is given a role.
    <div ref={box} popover="auto" className={`popover-box ${className}`} role={role} aria-label={label} id={id}>
      {children}
    </div>
  )
}

/** Up, down, Home, End and the first letter, as menus have it. */
export function menuKeys(event: React.KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const letter = event.key.length === 1 ? event.key.toLowerCase() : ''
  const byLetter =
    letter === ''
      ? -1
      : [...items.keys()].find((i) => items[(at + 1 + i) % items.length]!.textContent?.trim().toLowerCase().startsWith(letter))
  const to =
    event.key === 'ArrowDown'
      ? (at + 1) % items.length
      : event.key === 'ArrowUp'
        ? (at - 1 + items.length) % items.length
        : event.key === 'Home'
          ? 0
          : event.key === 'End'
            ? items.length - 1
            : letter !== '' && letter !== ' ' && byLetter !== undefined && byLetter >= 0
              ? (at + 1 + byLetter) % items.length
              : undefined
  if (to === undefined) return
  event.preventDefault()
  items[to]?.focus()
}
