import { expect } from 'vitest'
import { type GuardOptions, verifyRequest } from '../../src/guard/index.ts'
import { API, type Json } from '../support/server.ts'
import { type ProofMaker, proofKey, proofMaker } from '../support/proofs.ts'
import { scriptedIssuer } from './issuers.ts'

export const URL_OF_REQUEST = `${API}/invoices`

export type Sent = {
  method?: string
  url?: string
  /** The whole `Authorization` header. */
  authorization?: string | null
  proof?: string | null
  headers?: Record<string, string>
}

export function requestOf({ method = 'GET', url = URL_OF_REQUEST, ...sent }: Sent): Request {
  const headers = new Headers(sent.headers)
  if (typeof sent.authorization === 'string') headers.set('Authorization', sent.authorization)
  if (typeof sent.proof === 'string') headers.set('DPoP', sent.proof)
  return new Request(url, { method, headers })
}

/** In short: `passes`, or `401 invalid_token`. */
export async function outcomeOf(request: Request, options: GuardOptions): Promise<string> {
  const result = await verifyRequest(request, options)
  if (!(result instanceof Response)) return 'passes'
  const { error = 'no error', error_description } = await result.json<Json>()
  if (error !== 'no error') expect(error_description).toMatch(/^[A-Z].+\.$/)
  return `${result.status} ${String(error)}`
}

/** An issuer, and a token of it that is bound to a key, or to whatever `cnf` says. */
export async function boundToken(cnf?: unknown) {
  const issuer = await scriptedIssuer()
  const key = await proofKey()
  const token = await issuer.sign({ cnf: cnf ?? { jkt: key.jkt } })
  const makerFor = (changes: Partial<ProofMaker> = {}) => {
    const request = { method: 'GET', url: URL_OF_REQUEST, token, now: issuer.clock.now }
    return proofMaker({ ...request, ...changes }, changes.key ?? key)
  }
  const maker = await makerFor()
  return {
    ...issuer,
    key,
    token,
    maker,
    makerFor,
    /** Sends the token with a proof, a right one unless told otherwise. */
    send: async (options: Partial<GuardOptions> = {}, sent: Sent = {}): Promise<string> => {
      const proof = sent.proof === undefined ? await (await makerFor()).make() : sent.proof
      const authorization = `DPoP ${token}`
      const request = requestOf({ authorization, ...sent, proof })
      return outcomeOf(request, { ...issuer.options, ...options })
    },
  }
}
