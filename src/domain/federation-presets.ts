import type {
  ClaimValue,
  FederationAlgorithm,
  IssuerTrust,
  Preset,
  RuleTerms,
} from './federation.ts'
import { DAY, HOUR, MINUTE, type Seconds } from './time.ts'

/** Facts about a platform's tokens. */
export type PresetFacts = {
  title: string
  /** Its issuers, where they can be told; those of a platform of many look like nothing else. */
  issuer: RegExp | null
  algorithms: FederationAlgorithm[]
  checkJti: boolean
  maxLifetime: Seconds
  /** Whether its tokens cannot be for this server's own identifier, so that an audience is needed. */
  needsAudience: boolean
  /** Why a rule would let in more than it seems to; null if it does not. */
  ruleProblem: (rule: Pick<RuleTerms, 'subject' | 'claims'>) => string | null
  /** Why a token is dangerous though everything else holds, unless the rule names the claim. */
  tokenProblem: (claims: Record<string, unknown>, rule: Pick<RuleTerms, 'claims'>) => string | null
}

type Rule = Pick<RuleTerms, 'subject' | 'claims'>

const GITHUB_HOST = 'token.actions.githubusercontent.com'
/** `repo:OWNER@ID/REPO@ID:...`: names with the ids that stay when a name goes to somebody else. */
const IMMUTABLE_SUBJECT = /^repo:[^/:@]+@\d+\/[^/:@]+@\d+:/
/** They run with the rights of the repository on what a stranger proposed. */
const DANGEROUS_EVENTS = new Set(['pull_request_target', 'workflow_run'])

const COMMON = {
  algorithms: ['RS256'] as FederationAlgorithm[],
  checkJti: false,
  maxLifetime: HOUR,
  needsAudience: false,
  ruleProblem: () => null,
  tokenProblem: () => null,
}

export const PRESET_FACTS: Record<Preset, PresetFacts> = {
  github: {
    ...COMMON,
    title: 'GitHub Actions',
    issuer:
      /^https:\/\/(token\.actions\.githubusercontent\.com(\/[\w-]+)?|token\.actions\.[\w-]+\.ghe\.com|[\w.-]+\/_services\/token)$/,
    checkJti: true,
    maxLifetime: 15 * MINUTE,
    ruleProblem: (rule) =>
      names(rule, ['repository_id', 'repository_owner_id', 'enterprise_id']) ||
      IMMUTABLE_SUBJECT.test(rule.subject ?? '')
        ? null
        : 'must pin repository_id or repository_owner_id: another repository can take over a name',
    tokenProblem: ({ event_name: event }, { claims }) =>
      DANGEROUS_EVENTS.has(String(event)) && claims['event_name'] !== event
        ? `A run for ${String(event)} may execute code that a stranger proposed: only a rule that names event_name accepts it.`
        : null,
  },
  gitlab: {
    ...COMMON,
    title: 'GitLab CI/CD',
    issuer: null,
    checkJti: true,
    maxLifetime: DAY,
    ruleProblem: (rule) =>
      names(rule, ['project_id', 'namespace_id'])
        ? null
        : 'must pin project_id or namespace_id: another project can take over a path that was renamed',
  },
  kubernetes: {
    ...COMMON,
    title: 'Kubernetes',
    issuer: null,
    maxLifetime: DAY,
    algorithms: ['RS256', 'ES256'],
    ruleProblem: serviceAccountProblem,
  },
  aws: {
    ...COMMON,
    title: 'AWS',
    issuer: /^https:\/\/[\w-]+\.tokens\.sts\.global\.api\.aws$/,
    algorithms: ['RS256', 'ES384'],
    ruleProblem: ({ subject }) =>
      subject?.startsWith('arn:') ? null : 'must have the ARN of a role as its subject',
  },
  azure: {
    ...COMMON,
    title: 'Microsoft Entra ID',
    issuer:
      /^https:\/\/(sts\.windows\.net\/[0-9a-f-]{36}\/|login\.microsoftonline\.com\/[0-9a-f-]{36}\/v2\.0)$/,
    // A managed identity's lives 24 hours and 5 minutes.
    maxLifetime: DAY + HOUR,
    needsAudience: true,
    ruleProblem: (rule) =>
      rule.subject !== null || names(rule, ['oid'])
        ? null
        : 'must pin the subject or oid: the issuer signs for everyone in the tenant',
  },
  gcp: {
    ...COMMON,
    title: 'Google Cloud',
    issuer: /^https:\/\/accounts\.google\.com$/,
    ruleProblem: googleProblem,
  },
  spiffe: {
    ...COMMON,
    title: 'SPIFFE',
    issuer: /^spiffe:\/\/[a-z0-9._-]+$/,
    algorithms: ['RS256', 'ES256', 'ES384', 'PS256'],
    ruleProblem: ({ subject }) =>
      subject !== null && /^spiffe:\/\/[a-z0-9._-]+\/[^\s]+$/.test(subject)
        ? null
        : 'must have a whole SPIFFE ID as its subject, such as spiffe://example.org/payroll',
  },
  custom: { ...COMMON, title: 'Another issuer', issuer: null, algorithms: ['RS256', 'ES256'] },
}

/** Shared by many tenants, or known: an issuer there is of its preset, with what is known of it. */
const HOSTS: [RegExp, Preset][] = [
  [new RegExp(`^${GITHUB_HOST.replaceAll('.', '\\.')}$`), 'github'],
  [/^token\.actions\.[\w-]+\.ghe\.com$/, 'github'],
  [/^gitlab\.com$/, 'gitlab'],
  [/\.tokens\.sts\.global\.api\.aws$/, 'aws'],
  [/^(sts\.windows\.net|login\.microsoftonline\.com)$/, 'azure'],
  [/^accounts\.google\.com$/, 'gcp'],
]

/** Why this cannot be an issuer of the preset; null if it can. */
export function issuerProblem({
  issuer,
  preset,
}: Pick<IssuerTrust, 'issuer' | 'preset'>): string | null {
  const form = PRESET_FACTS[preset].issuer
  if (form && !form.test(issuer))
    return `does not look like an issuer of ${PRESET_FACTS[preset].title}`
  if (preset === 'spiffe') return null
  const url = URL.canParse(issuer) ? new URL(issuer) : null
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') {
    return 'must be an https URL without query, fragment or user, exactly as its tokens have it'
  }
  const owner = HOSTS.find(([host]) => host.test(url.hostname))?.[1]
  if (owner === undefined || owner === preset) return null
  return `is one of ${PRESET_FACTS[owner].title}: use that preset, which knows its traps`
}

function names({ claims }: Rule, wanted: string[]): boolean {
  return wanted.some((name) => isPresent(claims[name]))
}

function isPresent(value: ClaimValue | undefined): boolean {
  return value !== undefined && value !== ''
}

function serviceAccountProblem({ subject }: Rule): string | null {
  const account = /^system:serviceaccount:[a-z0-9-]+:([a-z0-9.-]+)$/.exec(subject ?? '')?.[1]
  if (account === undefined) {
    return 'must have a service account as its subject: system:serviceaccount:NAMESPACE:NAME'
  }
  return account === 'default'
    ? 'must not be the default service account: every pod of the namespace that names no other has it'
    : null
}

/** One issuer signs for everyone: only what cannot be chosen tells one from another. */
function googleProblem({ subject, claims }: Rule): string | null {
  if (subject !== null && /^\d+$/.test(subject)) return null
  if (isPresent(claims['email']) && claims['email_verified'] === true) return null
  return 'must pin the numeric subject, or email with email_verified true'
}
