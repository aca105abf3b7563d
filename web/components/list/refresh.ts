/** Far down a list all its pages are asked for again, so less often. */
const SLOWEST_MS = 10_000
export const entityRefreshMs = (pages: number): number => Math.min(SLOWEST_MS, pages <= 2 ? 1000 : pages * 1000)
