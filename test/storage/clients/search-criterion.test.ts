import { expect, it } from 'vitest'
import { searchWordsOf } from '../../../src/storage/clients/search-criterion.ts'

const textsOf = (q: string) => searchWordsOf(q).map(({ text }) => text)

it('looks for the longest word first, and for what is not space alone', () => {
  expect(textsOf(' of  the\tÉTABLISSEMENT\n')).toEqual(['etablissement', 'the', 'of'])
  expect(textsOf(' \t\n')).toEqual([])
})

it('takes a secret apart as people see it, and nothing else', () => {
  expect(searchWordsOf('pc_sSu2Ec…X1Sw').map(({ key }) => key)).toEqual(['sSu2Ec', 'X1Sw'])
  expect(searchWordsOf('...X1Sw').map(({ key }) => key)).toEqual(['X1Sw'])
  for (const whole of ['pc_sSu2Ec', 'pc_sSu2Ec_X1Sw', 'wait...', 'a…X1Sw']) {
    expect(textsOf(whole)).toEqual([whole.toLowerCase()])
  }
})

it('takes the beginning of a secret, with its whole key id, for that id', () => {
  for (const beginning of ['pc_sSu2EcAb9Kq0', 'pc_sSu2EcAb9Kq0_']) {
    expect(searchWordsOf(beginning).map(({ key }) => key)).toEqual(['sSu2EcAb9Kq0'])
  }
})

it('looks for many words one by one, and for those behind the twelfth as they stand', () => {
  const words = Array.from({ length: 12 }, (_, i) => 'x'.repeat(12 - i))
  expect(textsOf(words.join(' '))).toEqual(words)
  expect(textsOf([...words, 'y', 'zz'].join('  '))).toEqual([
    ...words.slice(0, 9),
    'y zz',
    ...words.slice(9),
  ])
})

it('tries the three longest words alone as a key', () => {
  const words = searchWordsOf('aaaaaaaaaa bbbbbbbbb cccccccc ddddddd')
  expect(words.map(({ key }) => key)).toEqual(['aaaaaaaaaa', 'bbbbbbbbb', 'cccccccc', null])
})
