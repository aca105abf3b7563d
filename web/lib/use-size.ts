import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

export interface Size {
  readonly width: number
  readonly height: number
}
/** The size of an element as it changes; nought before the first look. */
export function useSize<E extends Element>(): [RefObject<E | null>, Size] {
  const element = useRef<E>(null)
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const watched = element.current
    if (!watched) return
    const look = () => setSize({ width: watched.clientWidth, height: watched.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(watched)
    look()
    return () => observer.disconnect()
  }, [])
  return [element, size]
}
