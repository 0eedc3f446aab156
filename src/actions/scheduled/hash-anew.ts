import type { Deps } from '../../domain/deps.ts'
import { sealedIssuer } from '../../domain/federation.ts'
import { type HashedCredential, hashedText, type NewHash } from '../../domain/keyed-hash.ts'
import type { Verifier } from '../../domain/secret.ts'
import { HOUR } from '../../domain/time.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'

const CREDENTIALS_A_RUN = 100

type HashDeps = Pick<Deps, 'verifiers'>
type Position = { version: string | undefined; after: number }

/**
 * While an older version of PEPPER is configured: hashes public keys, rules, certificates and issuers
 * with the current one, so that the older may go. Secrets are hashed anew when they are used.
 */
export const hashes = pass({
  name: 'hashes',
  operations: OPERATIONS.hashes,
  period: HOUR,
  async step(deps, _run, position) {
    const older = olderPeppers(deps)
    const { version, after } = (position ?? { version: older[0], after: 0 }) as Position
    if (version === undefined) return null
    const found = await deps.hashedRows.credentials(version, after, CREDENTIALS_A_RUN)
    const credentials = await allAnew(deps, found.map(toHashed))
    const issuers = position ? [] : await issuersAnew(deps, older)
    if (credentials.length + issuers.length > 0) await deps.hashedRows.replace(credentials, issuers)
    const last = found.at(-1)
    if (last && found.length === CREDENTIALS_A_RUN) return { version, after: last.position }
    const next = older[older.indexOf(version) + 1]
    return next === undefined ? null : { version: next, after: 0 }
  },
})

function olderPeppers({ keyVersions }: Pick<Deps, 'keyVersions'>): string[] {
  return keyVersions.find(({ name }) => name === 'PEPPER')?.versions.slice(1) ?? []
}

type Hashed = { id: string; text: string | null; verifier: Verifier }

function toHashed(credential: HashedCredential): Hashed {
  const { credentialId: id, verifier } = credential
  return { id, text: hashedText(credential), verifier }
}

async function issuersAnew(deps: HashDeps & Pick<Deps, 'issuers'>, older: string[]) {
  const outdated = (await deps.issuers.list()).filter(({ verifier }) =>
    older.includes(verifier.pepperVersion),
  )
  const hashed = outdated.map((issuer) => {
    const { issuerId: id, verifier } = issuer
    return { id, text: sealedIssuer(id, issuer), verifier }
  })
  return allAnew(deps, hashed)
}

/** Without those whose hash is wrong: a row that somebody else wrote must not be proven by this. */
async function allAnew({ verifiers }: HashDeps, hashed: Hashed[]): Promise<NewHash[]> {
  const anew = hashed.map(async ({ id, text, verifier: before }) => {
    if (text === null || !(await verifiers.matches(text, before))) return []
    return [{ id, before, after: await verifiers.make(before.keyId, text) }]
  })
  return (await Promise.all(anew)).flat()
}
