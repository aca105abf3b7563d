import { memo } from 'react'

/** The path of values drawn into a box, the greatest at the top; `top` fixes the scale. */
export function sparkPath(values: readonly number[], width: number, height: number, top?: number): string {
  const max = top ?? Math.max(...values, 1e-9)
  const step = values.length > 1 ? width / (values.length - 1) : width
  return values
    .map((v, i) => `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${(height - (Math.min(Math.max(v, 0), max) / max) * height).toFixed(1)}`)
    .join('')
}

interface Props {
  readonly values: readonly number[]
  readonly colour?: string
  readonly width?: number
  readonly height?: number
}
export const Sparkline = memo(function Sparkline({ values, colour = 'var(--accent)', width = 120, height = 28 }: Props) {
  if (values.length < 2) return <svg className="spark" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />
  const line = sparkPath(values, width, height - 2)
  return (
    <svg className="spark" viewBox={`0 -1 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={`${line}L${width} ${height}L0 ${height}Z`} fill={colour} opacity="0.14" />
      <path d={line} fill="none" stroke={colour} strokeWidth="1.5" vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
    </svg>
  )
})
