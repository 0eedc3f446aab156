import { Unavailable } from '../domain/errors.ts'
import type { MailerName } from '../domain/mail.ts'
import type { Deps } from '../domain/ports.ts'
import type { Backlog } from '../domain/upkeep-ports.ts'
import { activeKey, type SigningKey } from '../domain/signing-key.ts'
import type { Seconds } from '../domain/time.ts'
import { isTakenBack } from './house-round.ts'
import type { LogVerdict } from './verify-audit-log.ts'

export type Health = { failing: Unavailable['what'][] }

type HealthDeps = Pick<Deps, 'probes' | 'signingKeys' | 'signer' | 'algorithm' | 'now'>

/** What of D1, KV and the signing key does not answer. */
export async function checkHealth(deps: HealthDeps): Promise<Health> {
  const checks = [deps.probes.d1(), deps.probes.kv(), probeSigningKey(deps)]
  const results = await Promise.allSettled(checks)
  const failing = results.flatMap((result) => {
    if (result.status === 'fulfilled') return []
    if (result.reason instanceof Unavailable) return [result.reason.what]
    throw result.reason
  })
  return { failing: [...new Set(failing)] }
}

/** A fresh deployment has no key until something is signed. */
async function probeSigningKey(deps: HealthDeps): Promise<void> {
  const active = activeKey(await deps.signingKeys.all(), deps.algorithm, deps.now())
  if (active) await deps.signer.load(active.kid)
}

/** What whoever looks after the server wants to know; nothing secret in it. */
export type HealthDetail = {
  /** When the cron last ran, and what failed then; null when it never did. */
  cron: { ranAt: Seconds; failed: string[] } | null
  backlog: Backlog
  mailer: { name: MailerName; missing: string | null }
  signingKey: SigningKey | null
  /** Ids of rows that would be published keys, and are not ours: somebody else writes D1. */
  strangeKeys: string[]
  auditLog: { verifiedAt: Seconds; verdict: LogVerdict } | null
  /** Whether D1 lacks what was anchored outside it, as after a restore. */
  takenBack: boolean
  closed: boolean
}

type DetailDeps = HealthDeps & Pick<Deps, 'chores' | 'mailer' | 'closed' | 'strangeKeys'>

export async function describeHealth(deps: DetailDeps): Promise<HealthDetail> {
  const now = deps.now()
  const chores = await deps.chores.all()
  const [run, verdict] = [chores.get('run'), chores.get('verdict')]
  return {
    cron: run ? { ranAt: run.ranAt, failed: run.position as string[] } : null,
    backlog: await deps.probes.backlog(now),
    mailer: { name: deps.mailer.name, missing: deps.mailer.missing },
    signingKey: activeKey(await ownKeys(deps), deps.algorithm, now),
    strangeKeys: (await deps.strangeKeys.published()).map(({ kid }) => kid),
    auditLog: verdict
      ? { verifiedAt: verdict.ranAt, verdict: verdict.position as LogVerdict }
      : null,
    takenBack: isTakenBack(chores),
    closed: deps.closed,
  }
}

/** None where none of those in D1 is ours: that is told beside them. */
export async function ownKeys({ signingKeys }: Pick<Deps, 'signingKeys'>): Promise<SigningKey[]> {
  try {
    return await signingKeys.all()
  } catch (error) {
    if (error instanceof Unavailable && error.what === 'signing_key') return []
    throw error
  }
}
