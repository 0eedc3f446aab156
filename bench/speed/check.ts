import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import type { LoadRequest } from './load-generator.ts'
import { answerTo } from './requests.ts'

/** Checks that a server's answer is a real token: signed with ES256 and a key that it publishes. */
export async function checkToken(
  url: string,
  request: LoadRequest,
  jwks: string | JSONWebKeySet,
): Promise<void> {
  const { status, text } = await answerTo(url, request)
  if (status !== 200) throw new Error(`no token: ${status} ${text}`)
  const { access_token: token } = JSON.parse(text) as { access_token: string }
  const { alg } = decodeProtectedHeader(token)
  if (alg !== 'ES256') throw new Error(`a token signed by ${alg}`)
  const keys = typeof jwks === 'string' ? await fetchedKeys(`${url}${jwks}`) : jwks
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { algorithms: ['ES256'] })
  if (payload.exp === undefined) throw new Error('a token that never expires')
}

async function fetchedKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url)
  return (await response.json()) as JSONWebKeySet
}

export async function checkActive(url: string, request: LoadRequest): Promise<void> {
  const { text } = await answerTo(url, request)
  const { active } = JSON.parse(text) as { active?: boolean }
  if (active !== true) throw new Error(`not active: ${text}`)
}

export async function checkStatus(
  url: string,
  request: LoadRequest,
  expected: number,
): Promise<void> {
  const { status, text } = await answerTo(url, request)
  if (status !== expected) throw new Error(`${status} instead of ${expected}: ${text}`)
}
