import type { Mistake } from './mistakes.ts'

const SESSION = 'src/console/sign-in/session.ts'
const POLICY = 'test/http/policy.test.ts'
const BY_GROUP = 'test/console/sign-in-by-group.test.ts'

/** Mistakes of the rules for credentials, and of sign-in by groups of the identity provider. */
export const POLICY_MISTAKES: Mistake[] = [
  {
    name: 'a secret is extended beyond the most days',
    file: 'src/actions/clients/update-secret.ts',
    find: 'patched(before, wanted, now, deps.policy.secretDaysMax)',
    replace: 'patched(before, wanted, now)',
    noticedBy: POLICY,
  },
  {
    name: 'a client that rotates its own secret keeps the days of the old one',
    file: 'src/actions/clients/rotate-secret.ts',
    find: 'expiryLike(used, now, deps.policy.secretDaysMax)',
    replace: 'expiryLike(used, now)',
    noticedBy: POLICY,
  },
  {
    name: 'a client rotates its own secret where none are allowed',
    file: 'src/actions/clients/rotate-secret.ts',
    find: "if (!isAllowed(deps.policy, 'secret')) {",
    replace: 'if (deps.policy.allowed.length > 4) {',
    noticedBy: POLICY,
  },
  {
    name: 'an address of keys is taken where no public keys are allowed',
    file: 'src/actions/clients/published-keys.ts',
    find: "  requireAllowed(deps.policy, 'public_key')\n",
    replace: '',
    noticedBy: POLICY,
  },
  {
    name: 'a proof is demanded by the settings of a client alone',
    file: 'src/domain/token-binding.ts',
    find: 'requireDpop: requireDpop || policy.requireDpop',
    replace: 'requireDpop: requireDpop && policy.requireDpop !== null',
    noticedBy: POLICY,
  },
  {
    name: 'a kind of credential with a wrong name allows all of them',
    file: 'src/domain/policy.ts',
    find: 'return readOr(() => refuseUnknown(given, allowed), allowed, names)',
    replace: 'return readOr(() => refuseUnknown(given, allowed), CREDENTIAL_KINDS, names)',
    noticedBy: 'test/domain/policy.test.ts',
  },
  {
    name: 'a group gives more than the list',
    file: 'src/console/sign-in/admission.ts',
    find: "  if (administrator) return { by: 'list', administrator }\n",
    replace: "  if (administrator?.access === 'manage') return { by: 'list', administrator }\n",
    noticedBy: BY_GROUP,
  },
  {
    name: 'a session by a group goes on where the claim is no longer configured as it was',
    file: SESSION,
    find: 'groups.claim !== who.claim',
    replace: 'who.claim === null',
    noticedBy: BY_GROUP,
  },
  {
    name: 'a person who was blocked goes on until the session ends',
    file: SESSION,
    find: '  if (member.blockedAt !== null) return null\n',
    replace: '',
    noticedBy: BY_GROUP,
  },
  {
    name: 'a person who is in the list by now goes on by the group',
    file: 'src/storage/administrators/sessions.ts',
    find: 'AND m.email NOT IN (SELECT email FROM portcullis_administrators WHERE email = m.email)',
    replace: 'AND m.email IS NOT NULL',
    noticedBy: BY_GROUP,
  },
  {
    name: 'by Cloudflare Access the group is judged at the sign-in alone',
    file: SESSION,
    find: "if (who.via === 'oidc') return accessOf",
    replace: 'if (who.via) return accessOf',
    noticedBy: 'test/console/access-by-group.test.ts',
  },
  {
    name: 'a person who is removed from the list comes back by a group',
    file: 'src/actions/administrators/change-administrator.ts',
    find: '        ...(await blocksOf(deps, before, now)),\n',
    replace: '',
    noticedBy: BY_GROUP,
  },
  {
    name: 'a text of several words is several values',
    file: 'src/domain/group-access.ts',
    find: 'Array.isArray(claim) ? claim : [claim]',
    replace: "Array.isArray(claim) ? claim : String(claim).split(' ')",
    noticedBy: BY_GROUP,
  },
]
