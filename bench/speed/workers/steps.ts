import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { readKeyRing } from '../../../src/crypto/key-ring.ts'
import { keyWrapping } from '../../../src/crypto/key-wrapping.ts'
import { randomText } from '../../../src/crypto/random.ts'
import { secretVerifiers } from '../../../src/crypto/secret-verifiers.ts'
import { tokenSigner } from '../../../src/crypto/signer.ts'
import { DPOP_ALGORITHMS, PROOF_MAX_AGE } from '../../../src/domain/dpop.ts'
import { decideGrant } from '../../../src/domain/granted-access.ts'
import { claimsFor } from '../../../src/domain/token.ts'
import { verifyProof } from '../../../src/dpop/verify-proof.ts'
import { readCredentials } from '../../../src/http/oauth/client-authentication/methods.ts'
import { reply } from '../../../src/http/oauth/endpoint.ts'
import { readForm } from '../../../src/http/oauth/form.ts'
import { unstored } from '../../../src/http/oauth/answers.ts'
import { toBase64url, utf8 } from '../../../src/platform/bytes.ts'
import { d1CredentialReads } from '../../../src/storage/clients/credential-reads.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1SigningKeys } from '../../../src/storage/keys/signing-keys.ts'
import { newApp } from '../../../src/web/app.ts'
import type { AppEnv } from '../../../src/web/app-env.ts'
import type { Recording } from './answers.ts'
import { stubDatabase } from './stub.ts'

type TokenRequest = { method: string; path: string; headers: Record<string, string>; body: string }
type Whole = { fetch: (request: Request, env: object, context: ExecutionContext) => unknown }

const REQUEST = { scope: undefined, resources: [] }

/**
 * The steps of the token path one by one, each as often as asked for within one request, so that they
 * can be timed from outside: clocks stand still in here.
 */
export function steps(
  whole: Whole,
  recording: Recording,
  tokenRequest: TokenRequest,
): ExportedHandler {
  let made: Promise<Steps> | undefined
  return {
    async fetch(request, _env, context) {
      const { pathname, searchParams } = new URL(request.url)
      made ??= makeSteps(recording, tokenRequest)
      const known = { ...(await made), whole: wholeStep(whole, tokenRequest, context) }
      const step = known[pathname.slice(1) as keyof typeof known]
      if (!step) return Response.json(Object.keys(known))
      for (let n = Number(searchParams.get('times')); n > 0; n--) await step()
      return new Response('done')
    },
  }
}

type Steps = Awaited<ReturnType<typeof makeSteps>>

/** With its length, as it comes from HTTP: a body without one is read in pieces. */
const requestOf = ({ method, path, headers, body }: TokenRequest) =>
  new Request(`https://auth.example${path}`, {
    method,
    headers: { ...headers, 'Content-Length': String(body.length) },
    body,
  })

function wholeStep(whole: Whole, tokenRequest: TokenRequest, context: ExecutionContext) {
  return async () => {
    const answer = (await whole.fetch(requestOf(tokenRequest), {}, context)) as Response
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  }
}

async function makeSteps({ at, vars, answers }: Recording, tokenRequest: TokenRequest) {
  const { ISSUER: issuer = '', PEPPER, WRAPPING_KEY } = vars
  const database = stubDatabase({ at, answers }, { reads: 0, writes: 0 })
  const credentials = d1CredentialReads(database, issuer)
  const verifiers = secretVerifiers(readKeyRing('PEPPER', PEPPER))
  const wrapping = keyWrapping(readKeyRing('WRAPPING_KEY', WRAPPING_KEY))
  const signer = tokenSigner(d1SigningKeys(openDatabase(database)), wrapping)
  const request = requestOf(tokenRequest)
  const presented = readCredentials(request, await readForm(request))
  if (presented.kind !== 'secret') throw new Error('no secret was recorded')
  const { secret } = presented
  const lookup = { keyId: secret.slice(3, 15), spend: null }
  const read = () => credentials.forToken(lookup, 'ES256', at)
  const { credential, activeKid } = await read()
  if (credential?.kind !== 'secret' || !activeKid) throw new Error('no credential was recorded')
  const decide = () => {
    const grant = decideGrant(credential.access, REQUEST, issuer)
    return claimsFor(credential, grant, { issuer, jti: randomText(22), now: at })
  }
  const claims = decide()
  const sign = () => signer.sign(claims, activeKid)
  const body = { access_token: await sign(), token_type: 'Bearer', expires_in: 43_200, scope: 'x' }
  const app = newApp<AppEnv>().all('/oauth/token', (c) => reply(c, unstored(body)))
  const proofs = await proofSteps(issuer, body.access_token, at)
  return {
    ...proofs,
    request: async () => void requestOf(tokenRequest),
    async parse() {
      const one = requestOf(tokenRequest)
      readCredentials(one, await readForm(one))
    },
    hash: async () => void (await verifiers.matches(secret, credential.secret.verifier)),
    read: async () => void (await read()),
    decide: async () => void decide(),
    sign: async () => void (await sign()),
    serialise: async () => void (await app.fetch(requestOf(tokenRequest))),
  }
}

const RULES = { algorithms: DPOP_ALGORITHMS, maxAge: PROOF_MAX_AGE }

/** The check of one proof by ES256: at the token endpoint, and at an API, where it is for a token. */
async function proofSteps(issuer: string, accessToken: string, now: number) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const url = `${issuer}/oauth/token`
  const ath = toBase64url(await crypto.subtle.digest('SHA-256', utf8(accessToken)))
  const claims = { jti: 'one', htm: 'POST', htu: url, iat: now, ath }
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(publicKey) }
  const proof = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
  const verify = async (token?: string) => {
    const request = {
      method: 'POST',
      urls: [url],
      ...(token !== undefined && { accessToken: token }),
    }
    const proven = await verifyProof(proof, request, RULES, now)
    if ('fault' in proven) throw new Error(proven.fault)
  }
  return { proof: () => verify(), boundRequest: () => verify(accessToken) }
}
