import { describe, expect, test } from 'vitest'
import { purge, wordsIn } from './purge.ts'

describe('purge', () => {
  const words = new Set(['btn', 'btn-sm', 'active', 'w-100'])
  test.each([
    ['a rule without classes stays', 'a:hover{color:red}', 'a:hover{color:red}'],
    ['an unknown class goes', '.btn{a:b}.carousel{c:d}', '.btn{a:b}'],
    ['of a list only the known selectors stay', '.btn,.nav .btn,.btn.active{a:b}', '.btn,.btn.active{a:b}'],
    ['a comma inside :not parts nothing', '.btn:not(.active,.carousel){a:b}.btn-sm:is(a,b){c:d}', '.btn-sm:is(a,b){c:d}'],
    ['an emptied @media goes', '@media print{.carousel{a:b}}@media (x){.btn{a:b}}', '@media (x){.btn{a:b}}'],
    ['keyframes stay', '@keyframes spin{to{rotate:1turn}}', '@keyframes spin{to{rotate:1turn}}'],
    ['braces in strings are text', '.btn{content:"}"}.x{a:b}', '.btn{content:"}"}'],
    ['comments and the charset go', '@charset "UTF-8";/*! x */.btn{a:b}', '.btn{a:b}'],
  ])('%s', (_, css, left) => {
    expect(purge(css, words)).toBe(left)
  })
})

test('words are those of quoted texts', () => {
  expect(wordsIn(`<a className="btn btn-sm" title={'it\\'s'}>plain</a> \`w-100 \${x}\``)).toEqual([
    'btn',
    'btn-sm',
    'it',
    's',
    'w-100',
    'x',
  ])
})
