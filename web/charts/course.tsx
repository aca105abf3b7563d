/** A sparkline with gaps where nothing is known. */
import { memo } from 'react'

/** Paths of the parts that are known, each with where it begins and ends; the greatest value is at the top. */
export function coursePaths(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { line: string; fromX: number; toX: number }[] {
  const max = Math.max(1e-9, ...values.map((value) => value ?? 0))
  const step = values.length > 1 ? width / (values.length - 1) : width
  const parts: { line: string; fromX: number; toX: number }[] = []
  values.forEach((value, i) => {
    if (value === null) return
    const x = i * step
    const point = `${x.toFixed(1)} ${(height - (Math.max(0, value) / max) * height).toFixed(1)}`
    const last = parts.at(-1)
    if (last !== undefined && values[i - 1] !== null) parts[parts.length - 1] = { ...last, line: `${last.line}L${point}`, toX: x }
    else parts.push({ line: `M${point}`, fromX: x, toX: x })
  })
  return parts
}

interface Props {
  readonly values: readonly (number | null)[]
  readonly label: string
  readonly width?: number
  readonly height?: number
}
export const CourseLine = memo(function CourseLine({ values, label, width = 120, height = 28 }: Props) {
  return (
    <svg className="spark" viewBox={`0 -1 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {coursePaths(values, width, height - 2).map(({ line, fromX, toX }) => (
        <g key={fromX}>
          <path d={`${line}L${toX} ${height}L${fromX} ${height}Z`} fill="var(--accent)" opacity="0.14" />
          <path
            d={fromX === toX ? `${line}h0.01` : line}
            fill="none"
            stroke="var(--accent)"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
            strokeLinejoin="round"
            strokeLinecap="round"
          />
        </g>
      ))}
    </svg>
  )
})
