const LEVELS = 5
const GAP = 0.12

/** For each level, from nothing to full, the path of its cells in a grid of unit squares. */
export function levelsOf(values: readonly number[], columns: number, most: number): string[] {
  const paths = new Array<string>(LEVELS).fill('')
  values.forEach((value, i) => {
    const level = value <= 0 ? 0 : Math.min(LEVELS - 1, Math.ceil((value / most) * (LEVELS - 1)))
    const x = i % columns
    const y = Math.floor(i / columns)
    const side = 1 - GAP
    paths[level] += `M${x} ${y}h${side}v${side}h-${side}z`
  })
  return paths
}
