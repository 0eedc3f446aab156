import { allowInsecureRequests } from 'oauth4webapi'
import { afterEach, expect, it, vi } from 'vitest'
import {
  fetchKeys,
  fetchOptions,
  sharedProviderFetch,
} from '../../src/console/sign-in/fetch-provider.ts'

const KEYS = 'https://id.example/keys'

afterEach(() => vi.restoreAllMocks())

it('a provider is asked without TLS only where its issuer has none', () => {
  const isInsecure = (issuer: string) => fetchOptions('keys', issuer)[allowInsecureRequests]
  expect(isInsecure('http://localhost:4010')).toBe(true)
  expect(isInsecure('https://id.example/http:')).toBe(false)
})

it('what is thrown and no error is not taken for an answer of the provider', async () => {
  const fetching = vi.spyOn(globalThis, 'fetch').mockRejectedValue('stopped')
  await expect(fetchKeys('keys', KEYS)).rejects.toBe('stopped')
  fetching.mockResolvedValue(Response.json({ keys: [] }))
  vi.spyOn(Response.prototype, 'json').mockRejectedValue('stopped')
  await expect(fetchKeys('keys', KEYS)).rejects.toBe('stopped')
})

it('any other failure of what is shared means that the provider is unavailable, and says why', async () => {
  const shared = sharedProviderFetch<string>(60)
  const broken = async () => {
    throw new Error('not the keys of it')
  }
  await expect(shared('keys', 'https://id.example', 0, broken)).rejects.toMatchObject({
    name: 'Unavailable',
    what: 'identity_provider',
    message: expect.stringContaining('keys (not the keys of it)'),
  })
})
