import { describe, expect, it } from 'vitest'
import type { Json } from '../support/server.ts'
import { complaintsOf, expectDocumented } from './answers.ts'
import { DOCUMENT, OPERATIONS } from './document.ts'

const schemas: Json = DOCUMENT['components'].schemas
const CLIENT = { $ref: '#/components/schemas/Client' }
const client: Json = schemas['Client'].examples[0]

const getClient = OPERATIONS.find(({ id }) => id === 'getClient')

function answer(body: Json, status = 200, headers: Record<string, string> = { ETag: '"1"' }) {
  if (!getClient) throw new Error('getClient is not described')
  return expectDocumented(getClient, Response.json(body, { status, headers }))
}

describe('the judge of answers', () => {
  it.each(Object.keys(schemas).filter((name) => schemas[name].examples))(
    'agrees with the example of %s',
    (name) => {
      const [example] = schemas[name].examples
      expect(complaintsOf(example, { $ref: `#/components/schemas/${name}` })).toEqual([])
    },
  )

  it.each([
    ['a field more', { ...client, verifier: 'a' }],
    ['a field more inside', { ...client, secrets: [{ ...client['secrets'][0], digest: 'a' }] }],
    ['a field less', { ...client, status: undefined }],
    ['another type', { ...client, access_token_lifetime: '43200' }],
    ['another word', { ...client, status: 'revoked' }],
    ['a time in seconds', { ...client, created_at: 1_800_000_000 }],
    ['a time in words', { ...client, created_at: 'yesterday' }],
  ])('finds %s', (_, body) => {
    expect(complaintsOf(JSON.parse(JSON.stringify(body)), CLIENT)).not.toEqual([])
  })

  it('takes what is described, and finds another status, another type and a header that is missing', async () => {
    await answer(client)
    await expect(answer(client, 202)).rejects.toThrow('202')
    await expect(answer(client, 200, {})).rejects.toThrow('ETag')
    const headers = { ETag: '"1"', 'Content-Type': 'text/json' }
    await expect(answer(client, 200, headers)).rejects.toThrow('text/json')
  })
})
