import { useRef, useState } from 'react'
import { asAnswered, type Held, holdOrder } from './hold-order.ts'

/** Rows whose order is held while the pointer is over them. Spread `hold` on the element that it may be over. */
export function useHeld<T>(
  answered: readonly T[],
  keyOf: (row: T) => string,
  change: string,
): Held<T> & { readonly hold: { onPointerEnter(): void; onPointerLeave(): void } } {
  const [over, setOver] = useState(false)
  const shown = useRef<{ rows: readonly T[]; change: string }>({ rows: [], change })
  // Another filter or sort is the user's own act: nothing of the old order is kept.
  const holds = over && shown.current.change === change && shown.current.rows.length > 0
  const held = holds ? holdOrder(shown.current.rows, answered, keyOf) : asAnswered(answered)
  shown.current = { rows: held.rows, change }
  return { ...held, hold: { onPointerEnter: () => setOver(true), onPointerLeave: () => setOver(false) } }
}
