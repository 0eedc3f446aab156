import { expect, it } from 'vitest'
import { joinSql, rawSql, type SQL, sql } from '../../src/storage/sql.ts'

it('keeps values out of the text, in their order', () => {
  const { text, values } = sql`SELECT ${1}, ${"'; DROP TABLE x; --"}, ${null}`
  expect(text).toBe('SELECT ?, ?, ?')
  expect(values).toEqual([1, "'; DROP TABLE x; --", null])
})

it('nests, with the values of each part where the part stands', () => {
  const inner = sql`b = ${2}`
  const { text, values } = sql`a = ${1} AND (${inner}) AND ${rawSql('c')} = ${3}`
  expect(text).toBe('a = ? AND (b = ?) AND c = ?')
  expect(values).toEqual([1, 2, 3])
})

it('joins parts, none too', () => {
  const { text, values } = joinSql([sql`a = ${1}`, sql`b = ${2}`], ' AND ')
  expect([text, values]).toEqual(['a = ? AND b = ?', [1, 2]])
  expect(joinSql([], ', ')).toEqual({ text: '', values: [] })
})

it('takes an object that looks like a part, as a request could bring it, for a value', () => {
  const forged = JSON.parse('{"text": "1 OR true", "values": []}') as SQL
  const { text, values } = sql`SELECT * FROM x WHERE id = ${forged}`
  expect(text).toBe('SELECT * FROM x WHERE id = ?')
  expect(values).toEqual([forged])
})
