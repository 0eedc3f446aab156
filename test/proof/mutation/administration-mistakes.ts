import type { Mistake } from './mistakes.ts'

const CHANGE = 'src/actions/clients/change-client.ts'

/** Mistakes of bulk changes, incidents, lookups and the rotation of secrets. */
export const ADMINISTRATION_MISTAKES: Mistake[] = [
  {
    name: 'a bulk change is allowed to whoever may make one',
    file: CHANGE,
    find: '  allow(request.principal, before, issuer)\n',
    replace: '',
    noticedBy: 'test/http/admin/bulk.test.ts',
  },
  {
    name: 'who may only suspend a client ends its secrets in an incident',
    file: 'src/actions/clients/contain-client.ts',
    find: 'const allow = isMore ? refuseChangeOfClient : refuseSuspensionOfItself',
    replace: 'const allow = refuseSuspensionOfItself',
    noticedBy: 'test/http/admin/incidents.test.ts',
  },
  {
    name: 'an incident spares the secrets that could be extended',
    file: 'src/actions/clients/contain-client.ts',
    find: 'map((secret) => retire(secret, now, 0))',
    replace: 'map((one) => (one.expiresAt <= now ? one : retire(one, now, 0)))',
    noticedBy: 'test/http/admin/incidents.test.ts',
  },
  {
    name: 'a secret that has expired is extended again and again',
    file: 'src/domain/secret-extension.ts',
    find: 'if (secret.graceAt !== null) return',
    replace: 'if (secret.graceAt === now) return',
    noticedBy: 'test/http/admin/secret-extension.test.ts',
  },
  {
    name: 'the cron retires no secret whose first use was lost',
    file: 'src/actions/scheduled/retire-replaced.ts',
    find: 'isDue: ({ isReplacing = false }) => isReplacing',
    replace: 'isDue: ({ isReplacing = false }) => isReplacing && false',
    noticedBy: 'test/http/first-use.test.ts',
  },
  {
    name: 'a right that is given takes the others away',
    file: 'src/actions/clients/change-one-right.ts',
    find: 'isGiven ? [...others, one] : others',
    replace: 'isGiven ? [one] : others',
    noticedBy: 'test/http/admin/single-rights.test.ts',
  },
  {
    name: 'a right is taken away, and its tokens are left alone in spite of the choice',
    file: 'src/http/admin/clients/right-routes.ts',
    find: "apply_to_issued_tokens === 'true'",
    replace: "apply_to_issued_tokens === 'yes'",
    noticedBy: 'test/http/admin/single-rights.test.ts',
  },
  {
    name: 'the choice to cut off tokens is ignored in the address of a PUT',
    file: 'src/http/admin/clients/right-routes.ts',
    find: '    refuseQuery(c)\n',
    replace: '',
    noticedBy: 'test/http/admin/single-rights.test.ts',
  },
  {
    name: 'an audience that clients use is changed without a confirmation',
    file: 'src/actions/access/change-api.ts',
    find: 'if (isMoved && !request.isAudienceConfirmed)',
    replace: 'if (isMoved && request.isAudienceConfirmed)',
    noticedBy: 'test/http/admin/in-use.test.ts',
  },
  {
    name: 'those who have a permission by a role are not named',
    file: 'src/storage/access/in-use.ts',
    find: 'WHERE rp.permission_id IN (${its}) LIMIT',
    replace: 'WHERE rp.permission_id IN (${its}) AND false LIMIT',
    noticedBy: 'test/http/admin/in-use.test.ts',
  },
  {
    name: 'many clients are deleted whatever number is typed',
    file: 'src/console/clients/bulk/bulk-fields.tsx',
    find: "form.get('confirm')?.trim() === String(count)",
    replace: "form.get('confirm') !== null",
    noticedBy: 'test/console/client-bulk.test.ts',
  },
  {
    name: 'a secret in an address is shown in the search',
    file: 'src/console/routes.ts',
    find: 'if (!hasSecretInAddress(c)) return next()',
    replace: 'if (c) return next()',
    noticedBy: 'test/console/pasted-secret.test.ts',
  },
  {
    name: 'a secret in an address comes back behind the sign-in',
    file: 'src/console/sign-in/session-ended.ts',
    find: 'const wanted = hasSecretInAddress(c) ? pathname : pathname + search',
    replace: 'const wanted = pathname + search',
    noticedBy: 'test/console/pasted-secret.test.ts',
  },
]
