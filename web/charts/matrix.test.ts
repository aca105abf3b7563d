import { expect, it } from 'vitest'
import { shadeOf } from './matrix.tsx'

it('shades by the square root, on a weak and a strong scale', () => {
  expect(shadeOf(0, 100)).toEqual({ isStrong: false, shade: 0 })
  expect(shadeOf(100, 100)).toEqual({ isStrong: true, shade: 1 })
  expect(shadeOf(49, 100)).toEqual({ isStrong: true, shade: 0 })
  expect(shadeOf(12.25, 100)).toEqual({ isStrong: false, shade: 0.5 })
  expect(shadeOf(5, 0)).toEqual({ isStrong: false, shade: 0 })
  // All others may be more than the most that has a line.
  expect(shadeOf(900, 100)).toEqual({ isStrong: true, shade: 1 })
})
