import { describe, expect, it } from 'vitest'
import { buildServer } from '../build.ts'

const LEDGER = 'src/storage/ledger/ledger.ts'

describe('a server with a planted defect', () => {
  it('is the server where nothing is planted', async () => {
    const { createAuthServer } = await buildServer([])
    const server = createAuthServer({
      issuer: 'https://auth.example',
      bindings: () => ({}) as never,
    })
    const response = await server.app.request('/.well-known/oauth-authorization-server')
    expect(await response.json()).toMatchObject({ issuer: 'https://auth.example' })
  })

  it('is refused where the piece is not there exactly once', async () => {
    const absent = { file: LEDGER, find: 'no such piece', replace: '' }
    const twice = { file: LEDGER, find: 'import', replace: '' }
    await expect(buildServer([absent])).rejects.toThrow('0 times there')
    await expect(buildServer([twice])).rejects.toThrow('times there: import')
  })

  it('is refused where the file is no part of the server', async () => {
    const elsewhere = { file: 'src/guard/keys.ts', find: 'x', replace: 'y' }
    await expect(buildServer([elsewhere])).rejects.toThrow('is no part of the server')
  })
})
