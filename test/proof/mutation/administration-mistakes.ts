import type { Mistake } from './mistakes.ts'

const CHANGE = 'src/actions/clients/change-client.ts'
const EVENTS = 'src/storage/ledger/audit-events.ts'

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
  {
    name: 'the hour of a clock that is behind ends before the events that it has',
    file: EVENTS,
    find: 'WHERE hour <= ${hourOf(until - 1)} ORDER BY hour DESC',
    replace: 'WHERE hour < ${hourOf(until - 1)} ORDER BY hour DESC',
    noticedBy: 'test/http/admin/audit-filters.test.ts',
  },
  {
    name: 'a page of events by time leaves out the one behind the page before',
    file: EVENTS,
    find: 'isOldestFirst && after !== null ? after + 1 : null',
    replace: 'isOldestFirst && after !== null ? after + 2 : null',
    noticedBy: 'test/http/admin/audit-filters.test.ts',
  },
  {
    name: 'events of the last hour are shown though they are after the time that was asked for',
    file: EVENTS,
    find: '[sql`at < ${until}`]',
    replace: '[sql`at < ${until + HOUR}`]',
    noticedBy: 'test/http/admin/audit-filters.test.ts',
  },
  {
    name: 'events by an actor and of an action walk all events of the actor',
    file: EVENTS,
    find: "const by = names.length === 3 ? 'all' : names.join('_')",
    replace: "const by = names.length === 3 ? 'all' : (names[0] ?? '')",
    noticedBy: 'test/http/admin/audit-filter-costs.test.ts',
  },
  {
    name: 'a cursor of audit events fits another actor',
    file: 'src/http/admin/audit/event-routes.ts',
    find: 'const newer = [actorId, since, until, order]',
    replace: 'const newer = [since, until, order, null]',
    noticedBy: 'test/http/admin/audit-filters.test.ts',
  },
  {
    name: 'whoever may read the audit log learns the addresses of administrators',
    file: 'src/http/admin/audit/event-routes.ts',
    find: "!hasRight(c.var.principal, 'clients:read')",
    replace: "!hasRight(c.var.principal, 'audit:read')",
    noticedBy: 'test/http/admin/audit-names.test.ts',
  },
  {
    name: 'a day at which events end is left out',
    file: 'src/web/moments.ts',
    find: 'start + DAY',
    replace: 'start',
    noticedBy: 'test/http/admin/audit-filters.test.ts',
  },
  {
    name: 'an export of activity has what is filtered away',
    file: 'src/console/activity/export.ts',
    find: 'criteriaOf(readActivityQuery(c))',
    replace: '{ clientId: null, action: criteriaOf(readActivityQuery(c)).action }',
    noticedBy: 'test/console/activity-filters.test.ts',
  },
  {
    name: 'who holds a role is counted to the end, however many they are',
    file: 'src/storage/access/catalogue.ts',
    find: '(SELECT count(*) FROM (${rows} LIMIT ${HOLDERS_MAX}))',
    replace: 'min(${HOLDERS_MAX}, (SELECT count(*) FROM (${rows})))',
    noticedBy: 'test/http/admin/reverse-lookups.test.ts',
  },
  {
    name: 'a list goes on at the end where the last item was deleted meanwhile',
    file: 'src/http/admin/shared/lists.ts',
    find: 'return next === -1 ? data.length : next',
    replace: 'return next === -1 || id ? data.length : next',
    noticedBy: 'test/http/admin/secrets.test.ts',
  },
]
