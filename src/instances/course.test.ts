import { describe, expect, it } from 'vitest'
import { COURSE_POINTS, COURSE_STEP_MS, Course } from './course.ts'

const tail = (course: Course, nowMs: number, n: number) => course.points(nowMs).slice(-n)

describe('a course', () => {
  it('has the mean of each step', () => {
    const course = new Course()
    course.add(10, 0)
    course.add(30, COURSE_STEP_MS - 1)
    course.add(5, COURSE_STEP_MS)
    expect(tail(course, COURSE_STEP_MS, 3)).toEqual([null, 20, 5])
    expect(course.points(COURSE_STEP_MS)).toHaveLength(COURSE_POINTS)
  })

  it('goes on with nothing while nothing comes, and forgets', () => {
    const course = new Course()
    course.add(7, 0)
    expect(tail(course, 2 * COURSE_STEP_MS, 3)).toEqual([7, null, null])
    expect(course.points((COURSE_POINTS - 1) * COURSE_STEP_MS)[0]).toBe(7)
    expect(course.points(COURSE_POINTS * COURSE_STEP_MS).every((point) => point === null)).toBe(true)
    expect(course.points(1e9 * COURSE_STEP_MS).every((point) => point === null)).toBe(true)
  })

  it('bridges what is asked every half minute, and no more', () => {
    const course = new Course()
    course.add(7, 0)
    course.add(9, 3 * COURSE_STEP_MS)
    expect(tail(course, 3 * COURSE_STEP_MS, 4)).toEqual([7, 9, 9, 9])
    course.add(1, 8 * COURSE_STEP_MS)
    expect(tail(course, 8 * COURSE_STEP_MS, 6)).toEqual([9, null, null, null, null, 1])
  })

  it('bridges although somebody has looked meanwhile, but not over a missed answer', () => {
    const course = new Course()
    course.add(7, 0)
    course.points(2 * COURSE_STEP_MS)
    course.add(9, 3 * COURSE_STEP_MS)
    course.miss()
    course.add(1, 6 * COURSE_STEP_MS)
    expect(tail(course, 6 * COURSE_STEP_MS, 7)).toEqual([7, 9, 9, 9, null, null, 1])
  })
})
