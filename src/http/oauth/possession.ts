import type { Possession } from '../../actions/tokens/issue-token.ts'
import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import { mtlsIssuer } from '../../domain/mtls-host.ts'
import { FAULT_SENTENCES, NONCE_SENTENCE } from '../../domain/proof-sentences.ts'
import type { Call } from '../../web/prepare.ts'
import { presentedCertificate } from './client-authentication/presented-certificate.ts'

/**
 * The keys that the sender of a token request holds. A proof is judged before anything of the
 * request is spent (RFC 9449 §5): a client that has to make another can send the rest again.
 */
export function possessionOf({
  request,
  deps,
}: Pick<Call, 'request' | 'deps'>): Possession | Promise<Possession> {
  const header = request.headers.get('dpop')
  const thumbprint = () => thumbprintOf(request, deps)
  if (header === null) return { proof: null, thumbprint }
  return provenBy(header, request, deps).then((proof) => ({ proof, thumbprint }))
}

async function provenBy(header: string, request: Request, deps: Deps) {
  const { issuer, mtlsHost, nonces } = deps
  const urls = [issuer, mtlsIssuer(issuer, mtlsHost)].map((base) => `${base}/oauth/token`)
  const now = deps.now()
  const proof = await deps.proofs.verify(header, { method: request.method, urls }, now)
  if ('fault' in proof) {
    const { fault } = proof
    throw new Refusal('invalid_dpop_proof', FAULT_SENTENCES[fault], { detail: fault })
  }
  if (!nonces || (await nonces.isFresh(proof.nonce, now))) return proof
  throw new Refusal('use_dpop_nonce', NONCE_SENTENCE, { nonce: await nonces.current(now) })
}

async function thumbprintOf(request: Request, deps: Deps): Promise<string | null> {
  const presented = await presentedCertificate(request, deps)
  if (!presented || presented.chain === 'refused') return null
  return (await deps.certificateReader.read(presented.der))?.thumbprint ?? null
}
