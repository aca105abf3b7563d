import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CounterCourses, CourseRoom } from './counter-courses.ts'

const MINUTES = 60
const courseOf = (of: CounterCourses, name: string) => of.courses.find((one) => one.name === name)!.course

describe('a counter of an agent', () => {
  test('has a value at once, and a course as minutes pass: its growth a second', () => {
    const counters = new CounterCourses(8)
    counters.tell('octets', 1000)
    expect(counters.values).toEqual({ octets: 1000 })
    expect(counters.courses).toEqual([{ name: 'octets', value: 1000, isGauge: false, course: [] }])
    for (const value of [1000, 1600, 1600, 7600]) {
      counters.tell('octets', value)
      counters.minutesPassed(1)
    }
    expect(courseOf(counters, 'octets').slice(-4)).toEqual([null, 10, 0, 100])
  })

  test('that begins anew has no growth for that minute', () => {
    const counters = new CounterCourses(8)
    for (const value of [6000, 12_000, 60, 660]) {
      counters.tell('octets', value)
      counters.minutesPassed(1)
    }
    expect(courseOf(counters, 'octets').slice(-3)).toEqual([100, null, 10])
  })

  test('told more seldom than each minute holds for those before', () => {
    const counters = new CounterCourses(8)
    counters.tell('octets', 0)
    counters.tell('cpu', 7, true)
    counters.minutesPassed(1)
    counters.minutesPassed(1)
    counters.tell('octets', 1200)
    counters.tell('cpu', 9, true)
    counters.minutesPassed(1)
    expect(courseOf(counters, 'octets').slice(-2)).toEqual([10, 10])
    expect(courseOf(counters, 'cpu').slice(-3)).toEqual([7, 9, 9])
    expect(courseOf(counters, 'cpu').slice(0, -3)).toEqual(Array.from({ length: MINUTES - 3 }, () => null))
  })

  test('is forgotten after an hour, also where the clock leapt', () => {
    const counters = new CounterCourses(8)
    counters.tell('cpu', 7, true)
    counters.minutesPassed(1)
    counters.minutesPassed(100_000)
    expect(courseOf(counters, 'cpu').every((value) => value === null)).toBe(true)
  })

  test('grows as much over the hour as its readings say, however they come', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 1e9 })), { minLength: 1, maxLength: 61 }), (growths) => {
        const counters = new CounterCourses(8)
        let [value, first] = [0, -1]
        for (const grown of growths) {
          if (grown !== null) {
            value += grown
            if (first < 0) first = value
            counters.tell('octets', value)
          }
          counters.minutesPassed(1)
        }
        const course = first < 0 ? [] : courseOf(counters, 'octets')
        const sum = course.reduce<number>((total, rate) => total + 60 * (rate ?? 0), 0)
        expect(sum).toBeCloseTo(first < 0 ? 0 : value - first, -1)
      }),
      { seed: 1 },
    )
  })

  test('beyond the bound is left out, and beyond the room has no course, which is counted', () => {
    const room = new CourseRoom(3)
    const counters = new CounterCourses(4, room)
    for (let n = 0; n < 10; n++) counters.tell(`vlan${n}`, n)
    counters.minutesPassed(1)
    expect(counters.size).toBe(4)
    expect([room.taken, room.refused]).toEqual([3, 1])
    expect(counters.courses.map(({ course }) => course.length)).toEqual([MINUTES, MINUTES, MINUTES, 0])
    counters.minutesPassed(1)
    expect(room.refused).toBe(1)
  })
})
