import { isPublished, type SigningKey } from './signing-key.ts'
import type { Seconds } from './time.ts'
import { isVersion, versionIn } from './versioned-key.ts'

/** A key of the deployment in its versions: the first one is used for everything new. */
export type KeyVersions = { name: UsedKey; versions: string[] }

/** The keys that rows of the database depend on. */
export type UsedKey = 'PEPPER' | 'WRAPPING_KEY' | 'AUDIT_KEY'

/**
 * The number of rows that depend on a version: live credentials and issuers, published signing keys, events.
 * `orMore`: at least this many.
 */
export type VersionUse = { name: UsedKey; version: string; uses: number; orMore: boolean }

/** The same, compared with the configuration. */
export type KeyUse = VersionUse & {
  isConfigured: boolean
  /** Whether new data is made with it. */
  isCurrent: boolean
}

export interface KeyUses {
  /**
   * Counts the uses of PEPPER and AUDIT_KEY, in one statement whose cost does not grow with the
   * rows.
   */
  count(now: Seconds): Promise<VersionUse[]>
}

/** The versions of WRAPPING_KEY that wrapped published keys. */
export function wrappingUses(keys: SigningKey[], now: Seconds): VersionUse[] {
  const versions = keys
    .filter((key) => isPublished(key, keys, now))
    .map(({ wrappedKey }) => versionIn(wrappedKey))
  return [...Map.groupBy(versions, (version) => version)]
    .filter(([version]) => isVersion(version))
    .map(([version, all]) => ({ name: 'WRAPPING_KEY', version, uses: all.length, orMore: false }))
}

/** Every version that is configured or that rows depend on. */
export function keyUses(configured: KeyVersions[], counted: VersionUse[]): KeyUse[] {
  return configured.flatMap(({ name, versions }) => {
    const used = counted.filter((use) => use.name === name)
    const all = new Set([...versions, ...used.map(({ version }) => version)])
    return [...all].map((version) => {
      const use = used.find((one) => one.version === version)
      const { uses, orMore } = use ?? { uses: 0, orMore: false }
      const [isConfigured, isCurrent] = [versions.includes(version), version === versions[0]]
      return { name, version, uses, orMore, isConfigured, isCurrent }
    })
  })
}

/** Whether rows depend on it and the deployment does not have it. */
export function isMissing({ uses, isConfigured }: KeyUse): boolean {
  return uses > 0 && !isConfigured
}

const THINGS: Record<UsedKey, [one: string, many: string]> = {
  PEPPER: ['live credential or issuer', 'live credentials or issuers'],
  WRAPPING_KEY: ['published signing key', 'published signing keys'],
  AUDIT_KEY: ['audit event', 'audit events'],
}

/** For example `PEPPER 1: 3 live credentials or issuers`. */
export function useInWords({ name, version, uses, orMore }: VersionUse): string {
  const [one, many] = THINGS[name]
  const isOne = uses === 1 && !orMore
  return `${name} ${version}: ${uses}${orMore ? ' or more' : ''} ${isOne ? one : many}`
}
