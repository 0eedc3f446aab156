import { request } from 'node:http'
import { calculateThumbprint, generateKeyPair, generateProof } from 'dpop'
import { expect } from 'vitest'
import { DPOP_ALGORITHMS } from '../../../src/domain/dpop.ts'
import { FORGED_PROOFS } from '../forged-proofs.ts'
import { type ProofKey, proofKey, proofMaker } from '../proofs.ts'

const URL_OF_CLIENTS = 'https://billing.example.com/bound'

type Answer = { status: number; headers: [name: string, value: string][]; body: string }

/** With node:http, because fetch joins the headers of one name, and sends each once. */
function ask(url: string, headers: [string, string][]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = [['Host', new URL(url).host], ...headers].flat()
    request(url, { headers: sent }, (response) => {
      const parts: string[] = []
      response.setEncoding('utf8').on('data', (part: string) => parts.push(part))
      response.on('end', () => {
        const raw = response.rawHeaders
        const pairs = raw.flatMap((name, at): [string, string][] =>
          at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? '']] : [],
        )
        resolve({ status: response.statusCode ?? 0, headers: pairs, body: parts.join('') })
      })
    })
      .on('error', reject)
      .end()
  })
}

const valuesOf = ({ headers }: Answer, name: string) =>
  headers.filter(([one]) => one === name).map(([, value]) => value)

/**
 * The API of `fixtures/runtimes`: a bound token passes with a proof and the nonce, once. `lines`:
 * two challenges are two headers in Node, and one where `Headers` joins them.
 */
export async function takesBoundTokens(origin: string, lines: 1 | 2): Promise<void> {
  const pair = await generateKeyPair('ES256')
  const jkt = await calculateThumbprint(pair.publicKey)
  const token = await (await fetch(`${origin}/bound-token?jkt=${jkt}`)).text()
  const send = (scheme: string, ...proofs: string[]) =>
    ask(`${origin}/bound?page=1`, [
      ['Authorization', `${scheme} ${token}`],
      ...proofs.map((proof): [string, string] => ['DPoP', proof]),
    ])
  const prove = (nonce?: string) => generateProof(pair, URL_OF_CLIENTS, 'GET', nonce, token)

  const first = await send('DPoP', await prove())
  expect([first.status, JSON.parse(first.body)]).toMatchObject([401, { error: 'use_dpop_nonce' }])
  const [nonce = ''] = valuesOf(first, 'dpop-nonce')
  const proof = await prove(nonce)
  const passed = await send('DPoP', proof)
  expect([passed.status, passed.body]).toEqual([200, JSON.stringify({ jkt })])
  expect(valuesOf(passed, 'dpop-nonce')).toEqual([nonce])

  expect((await send('DPoP', proof)).status).toBe(401)
  expect((await send('DPoP', await prove(nonce), await prove(nonce))).status).toBe(401)
  const bearer = await send('Bearer', await prove(nonce))
  expect(bearer.status).toBe(401)
  const challenges = valuesOf(bearer, 'www-authenticate')
  expect(challenges).toHaveLength(lines)
  expect(challenges.join(', ')).toMatch(
    /^Bearer realm="[^"]+", error="invalid_token", DPoP algs="[^"]+"$/,
  )
}

/** The same API judges each forged proof, and each right one in another spelling, as any runtime must. */
export async function judgesProofs(origin: string): Promise<void> {
  const key = await proofKey()
  const { maker, send } = await visitorWith(origin, key)
  // Clocks go on here: proofs at the very edge of a minute are judged where they stand still.
  const forged = FORGED_PROOFS.filter(({ name }) => !name.startsWith('61 seconds'))
  for (const { name, proof } of forged) {
    const { status, body } = await send(await proof(maker))
    const { error } = JSON.parse(body) as { error: string }
    expect([name, status, error]).toEqual([name, 401, 'invalid_dpop_proof'])
  }
  const url = new URL(URL_OF_CLIENTS)
  for (const htu of [
    `${url.href}?a=b`,
    `${url.href}#top`,
    url.href.replace('https', 'HTTPS'),
    url.href.replace('billing', 'Billing'),
    url.href.replace('.com', '.com:443'),
  ]) {
    expect([htu, (await send(await maker.make({ claims: { htu } }))).status]).toEqual([htu, 200])
  }
  for (const seconds of [-10, 10]) {
    const claims = { iat: maker.now + seconds }
    expect((await send(await maker.make({ claims }))).status).toBe(200)
  }
  for (const alg of DPOP_ALGORITHMS) {
    const other = await visitorWith(origin, await proofKey(alg))
    expect([alg, (await other.send(await other.maker.make())).status]).toEqual([alg, 200])
  }
}

/** A visitor with a token that is bound to a key, and with the current nonce. */
async function visitorWith(origin: string, key: ProofKey) {
  const token = await (await fetch(`${origin}/bound-token?jkt=${key.jkt}`)).text()
  const send = (proof: string | null) =>
    ask(`${origin}/bound`, [
      ['Authorization', `DPoP ${token}`],
      ...(proof === null ? [] : [['DPoP', proof] as [string, string]]),
    ])
  const now = Math.floor(Date.now() / 1000)
  const given = await proofMaker({ method: 'GET', url: URL_OF_CLIENTS, token, now }, key)
  const [nonce = ''] = valuesOf(await send(await given.make()), 'dpop-nonce')
  const make: typeof given.make = ({ claims, ...changes } = {}) =>
    given.make({ ...changes, claims: typeof claims === 'string' ? claims : { nonce, ...claims } })
  return { maker: { ...given, claims: { ...given.claims, nonce }, make }, send }
}
