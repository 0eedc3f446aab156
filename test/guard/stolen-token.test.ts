import { expect, it } from 'vitest'
import type { Part } from '../support/forged-signatures.ts'
import { base64url } from '../support/forged-signatures.ts'
import { digestOf, type ProofMaker, proofKey, proofMaker } from '../support/proofs.ts'
import { boundToken, outcomeOf, requestOf, type Sent, URL_OF_REQUEST } from './bound.ts'

/** All that a log or a proxy shows of two requests of a client, and a key of the thief's own. */
type Loot = { token: string; proofs: [string, string]; own: ProofMaker; ownToken: string }

type Try = [name: string, sent: Sent | Promise<Sent>]

const asDpop = (token: string, proof: string | null, more: Sent = {}): Sent => ({
  authorization: `DPoP ${token}`,
  proof,
  ...more,
})

function withTheProof({ token, proofs: [proof, second] }: Loot): Try[] {
  const other = new URL(URL_OF_REQUEST)
  const at = (url: string, more: Sent = {}) => asDpop(token, proof, { url, ...more })
  return [
    ['the same request again', asDpop(token, proof)],
    ['the second one again', asDpop(token, second)],
    ['again with a query', at(`${URL_OF_REQUEST}?all=1`)],
    ['another path', at(`${other.origin}/payments`)],
    ['a path below', at(`${URL_OF_REQUEST}/1`)],
    ['the root', at(`${other.origin}/`)],
    ['a slash at the end', at(`${URL_OF_REQUEST}/`)],
    ['two slashes', at(`${other.origin}//invoices`)],
    ['an encoded path', at(`${other.origin}/%69nvoices`)],
    ['another host', at('https://other.example/invoices')],
    ['another port', at('https://api.example.com:8443/invoices')],
    ['plain http', at('http://api.example.com/invoices')],
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map(
      (method): Try => [method, asDpop(token, proof, { method })],
    ),
    ...['X-HTTP-Method-Override', 'X-Original-URL', 'X-Forwarded-Host', 'Host', 'Forwarded'].map(
      (name): Try => [name, asDpop(token, proof, { headers: { [name]: 'GET' } })],
    ),
    ['both proofs', asDpop(token, `${proof}, ${second}`)],
    ['both proofs, other order', asDpop(token, `${second},${proof}`)],
    ['the proof as the token', asDpop(proof, proof)],
    ['the token as the proof', asDpop(token, token)],
    ['halves of both proofs', asDpop(token, crossed(proof, second))],
    ['the proof with a changed end', asDpop(token, `${proof}A`)],
    ['the proof in capitals', asDpop(token, proof.toUpperCase())],
    ['the second form of its signature', asDpop(token, malleated(proof))],
  ]
}

function crossed(one: string, other: string): string {
  const [header = '', claims = ''] = one.split('.')
  return `${header}.${claims}.${other.split('.')[2] ?? ''}`
}

/** (r, n - s) is valid wherever (r, s) is: another text, and the same proof. */
function malleated(proof: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const [header = '', claims = '', signature = ''] = proof.split('.')
  const bytes = Uint8Array.from(atob(signature.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  )
  const hex = (of: Uint8Array) => Array.from(of, (b) => b.toString(16).padStart(2, '0')).join('')
  const s = (n - BigInt(`0x${hex(bytes.slice(32))}`)).toString(16).padStart(64, '0')
  const changed = Uint8Array.from([
    ...bytes.slice(0, 32),
    ...(s.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)),
  ])
  return `${header}.${claims}.${base64url(changed)}`
}

function withoutIt({ token, proofs: [proof], own, ownToken }: Loot): Try[] {
  const bearer = (scheme: string, more: Sent = {}): Sent => ({
    authorization: `${scheme}${token}`,
    ...more,
  })
  return [
    ['Bearer', bearer('Bearer ')],
    ['bearer', bearer('bearer ')],
    ['Bearer with the proof', bearer('Bearer ', { proof })],
    ['Token', bearer('Token ')],
    ['no scheme', bearer('')],
    ['both schemes', bearer('Bearer DPoP ', { proof })],
    ['both, joined', { authorization: `Bearer ${token}, DPoP ${token}`, proof }],
    ['in the query', { url: `${URL_OF_REQUEST}?access_token=${token}` }],
    ['in Basic', { authorization: `Basic ${btoa(`:${token}`)}` }],
    ['no proof', asDpop(token, null)],
    ['an empty proof', asDpop(token, '')],
    ['a token of the thief with the proof', asDpop(ownToken, proof)],
    ['a token of the thief as Bearer with it', { authorization: `Bearer ${ownToken}`, proof }],
    ['a proof of the thief', own.make().then((made) => asDpop(token, made))],
    ['an old proof of the thief', own.make({ claims: { iat: 1 } }).then((p) => asDpop(token, p))],
  ]
}

/** Proofs that the thief signs, with all that is known of the client's in them. */
async function signedByTheThief({ token, proofs: [proof], own }: Loot): Promise<Try[]> {
  const part = (at: number) =>
    JSON.parse(atob(proof.split('.')[at]!.replaceAll('-', '+').replaceAll('_', '/'))) as Part
  const [header, claims] = [part(0), { ...part(1), jti: 'fresh' }]
  const { jwk } = header as { jwk: Part }
  const changes: [string, Parameters<ProofMaker['make']>[0]][] = [
    ['the key of the client', { header, claims }],
    ['both keys', { header: { ...header, jwk: [jwk, own.key.jwk] }, claims }],
    ['the key of the client by its kid', { header: { kid: own.key.jkt }, claims }],
    ['the key of the client, and jku', { header: { ...header, jku: 'https://thief.example' } }],
    ['the key of the client, unsigned', { header: { ...header, alg: 'none' }, claims }],
    ['half of the key', { header: { jwk: { ...own.key.jwk, x: jwk['x'] } }, claims }],
    ['the thumbprint beside it', { header: { jkt: own.key.jkt }, claims: { ...claims, cnf: jwk } }],
    ['the ath of another token', { claims: { ath: await digestOf('a.b.c') } }],
  ]
  return Promise.all(
    changes.map(
      async ([name, change]): Promise<Try> => [name, asDpop(token, await own.make(change))],
    ),
  )
}

it('a bound token that was stolen is of no use, in some sixty ways to try it', async () => {
  const { token, maker, options, sign, makerFor } = await boundToken()
  const thief = await proofKey()
  const own = await proofMaker({ ...maker }, thief)
  const ownToken = await sign({ cnf: { jkt: thief.jkt } })
  const proofs: [string, string] = [await maker.make(), await (await makerFor()).make()]
  for (const proof of proofs) {
    expect(await outcomeOf(requestOf(asDpop(token, proof)), options)).toBe('passes')
  }
  const loot = { token, proofs, own, ownToken }
  const tries = [...withTheProof(loot), ...withoutIt(loot), ...(await signedByTheThief(loot))]
  expect(tries.length).toBeGreaterThanOrEqual(50)
  const accepted: string[] = []
  for (const [name, sent] of tries) {
    const outcome = await outcomeOf(requestOf(await sent), options)
    if (!outcome.startsWith('401')) accepted.push(`${name}: ${outcome}`)
  }
  expect(accepted).toEqual([])
  expect(await outcomeOf(requestOf(asDpop(token, await maker.make())), options)).toBe('passes')
})
