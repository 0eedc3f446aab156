import { request } from 'node:http'
import { calculateThumbprint, generateKeyPair, generateProof } from 'dpop'
import { expect } from 'vitest'

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
