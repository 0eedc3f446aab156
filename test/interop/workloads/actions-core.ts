import { getIDToken } from '@actions/core'
import { type Hosted, type Platform, workloadToken } from '../support/platforms.ts'
import { served } from '../support/served.ts'

/** A runner gives a job with `id-token: write` an address with a query, and a token for it. */
const [ADDRESS, TOKEN] = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const

/** GitHub's token service for its runners; each job has a token of its own, here its subject. */
export async function startTokenService(platform: Platform): Promise<void> {
  const url = await served((request, answer) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    const [, job] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
    const aud = searchParams.get('audience')
    if (!job || !aud) return void answer.writeHead(401).end()
    void workloadToken(platform, { sub: Buffer.from(job, 'hex').toString(), aud }).then((value) =>
      answer.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ value })),
    )
  })
  process.env[ADDRESS] = `${url}/token?api-version=2.0`
}

/** As a step of the workflow asks for it. */
export async function idToken({ issuer, subject }: Hosted): Promise<string> {
  process.env[TOKEN] = Buffer.from(subject).toString('hex')
  const write = process.stdout.write.bind(process.stdout)
  // Commands to a runner, such as to mask the token: here they would be lines between results.
  process.stdout.write = (text: string | Uint8Array) => String(text).startsWith('::') || write(text)
  try {
    return await getIDToken(issuer)
  } finally {
    process.stdout.write = write
  }
}
