import { expect, it } from 'vitest'
import { numbersIn, pageOf, promises, titlesOfPromises } from './invariants/held-by.ts'

const all = promises()
const held = titlesOfPromises()

it('docs/proof.md lists the promises, each by its number', () => {
  const upTo16 = Array.from({ length: 16 }, (_, at) => at + 1)
  // 17 and 18 were kept for what the server does not do.
  expect(all.map(({ number }) => number)).toEqual([...upTo16, 19, 20, 21, 22, 23])
})

it.each(all)('INV-$number has tests that are named for it', ({ number }) => {
  const found = held
    .filter(({ title }) => numbersIn(title).includes(number))
    // The model's histories are of nearly all promises at once.
    .filter(({ file }) => file !== 'test/proof/model/model.test.ts')
  expect(found.length).toBeGreaterThan(0)
})

it('no test is named for a promise that there is not', () => {
  const known = new Set(all.map(({ number }) => number))
  const unknown = held.filter(({ title }) => numbersIn(title).some((one) => !known.has(one)))
  expect(unknown).toEqual([])
})

it('the page of the promises names each test that holds one', async () => {
  await expect(pageOf(all, held)).toMatchFileSnapshot('./invariants/README.md')
})

it('a title names one promise, several, or a range of them', () => {
  expect(numbersIn('INV-8: a')).toEqual([8])
  expect(numbersIn('INV-8, INV-11: a')).toEqual([8, 11])
  expect(numbersIn('INV-1 to INV-3 hold')).toEqual([1, 2, 3])
  expect(numbersIn('no promise, as INV-1 is')).toEqual([])
})
