// `npm test` is what every change must pass, within five minutes on two cores; `npm run test:all` is everything.

/** Tests in workerd that take long: whole stories, many random cases, every route in every way. */
export const LONG = [
  'test/actions/administrators.test.ts',
  'test/actions/audit-tree/copies.test.ts',
  'test/actions/audit-tree/growth.test.ts',
  'test/actions/audit-tree/tampering.test.ts',
  'test/actions/convergence.test.ts',
  'test/actions/denylist-speed.test.ts',
  'test/actions/events/database-faults.test.ts',
  'test/actions/events/receiver-faults.test.ts',
  'test/actions/garbage-in-kv.test.ts',
  'test/actions/keys/keys-in-the-cron.test.ts',
  'test/actions/restore-runbook.test.ts',
  'test/actions/restored.test.ts',
  'test/actions/scheduled/jobs.test.ts',
  'test/actions/scheduled/operations.test.ts',
  'test/actions/scheduled/passes.test.ts',
  'test/actions/scheduled/reminder-thresholds.test.ts',
  'test/actions/scheduled/reminders-that-fail.test.ts',
  'test/actions/scheduled/reminders.test.ts',
  'test/actions/scheduled/unused-secrets.test.ts',
  'test/actions/wrong-clock.test.ts',
  'test/attacks/canary.test.ts',
  'test/attacks/lost-rights.test.ts',
  'test/attacks/planted-keys.test.ts',
  'test/attacks/prefixes.test.ts',
  'test/attacks/routes.test.ts',
  'test/attacks/tokens.test.ts',
  'test/attacks/unseen.test.ts',
  'test/console/access.test.ts',
  'test/console/client-certificates.test.ts',
  'test/console/cookies.test.ts',
  'test/console/csv.test.ts',
  'test/console/kept-forms.test.ts',
  'test/console/protection.test.ts',
  'test/console/sent-twice.test.ts',
  'test/console/sign-in-by-group.test.ts',
  'test/console/sign-in.test.ts',
  'test/console/workloads.test.ts',
  'test/crypto/certificate-names.test.ts',
  'test/dpop/verify-proof.test.ts',
  'test/guard/ask-denylist.test.ts',
  'test/guard/ask-server.test.ts',
  'test/guard/bound-tokens.test.ts',
  'test/guard/keys.test.ts',
  'test/guard/options.test.ts',
  'test/guard/proof-replay.test.ts',
  'test/guard/server-down.test.ts',
  'test/guard/staleness.test.ts',
  'test/http/admin/administrators.test.ts',
  'test/http/admin/audit-filter-costs.test.ts',
  'test/http/admin/audit-filters.test.ts',
  'test/http/admin/audit-log.test.ts',
  'test/http/admin/client-list.test.ts',
  'test/http/admin/declared.test.ts',
  'test/http/admin/errors.test.ts',
  'test/http/admin/federation.test.ts',
  'test/http/admin/idempotency.test.ts',
  'test/http/admin/list-costs.test.ts',
  'test/http/admin/single-rights.test.ts',
  'test/http/client-certificates.test.ts',
  'test/http/client-life.test.ts',
  'test/http/every-refusal.test.ts',
  'test/http/first-use.test.ts',
  'test/http/invariants-faults.test.ts',
  'test/http/key-pollers.test.ts',
  'test/http/missing-migrations.test.ts',
  'test/http/narrowing.test.ts',
  'test/http/oauth/dpop.test.ts',
  'test/http/oauth/fapi2-list.test.ts',
  'test/http/oauth/fapi2.test.ts',
  'test/http/oauth/forged-federation.test.ts',
  'test/http/oauth/forged-proofs.test.ts',
  'test/http/oauth/jwks-uri.test.ts',
  'test/http/rotation.test.ts',
  'test/http/ssf/attacks.test.ts',
  'test/http/ssf/delivery.test.ts',
  'test/http/token-endpoint-form.test.ts',
  'test/http/token-size.test.ts',
  'test/http/two-versions.test.ts',
  'test/http/wrong-settings.test.ts',
  'test/mail/words.test.ts',
  'test/openapi/contract.test.ts',
  'test/outbound/outbound-url.test.ts',
  'test/outbound/read-json.test.ts',
  'test/outbound/shared-fetch.test.ts',
  'test/storage/active-key.test.ts',
  'test/storage/clients/status-sql.test.ts',
  'test/storage/growth.test.ts',
  'test/storage/reminders/reminder-sql.test.ts',
  'test/storage/token-weight.test.ts',
]

/** The fastest and most telling of the tests over HTTP, in Node. */
export const SHORT_OF_E2E = [
  'test/changelog.test.ts',
  'test/comments.test.ts',
  'test/e2e/costs-page.test.ts',
  'test/e2e/cron-page.test.ts',
  'test/e2e/environments-named.test.ts',
  'test/e2e/kept-out-of-git.test.ts',
  'test/e2e/links.test.ts',
  'test/e2e/troubleshooting.test.ts',
  'test/imports.test.ts',
  'test/interop/oauth4webapi.test.ts',
  'test/invariants.test.ts',
  'test/migrations.test.ts',
  'test/openapi.test.ts',
  'test/start-packages.test.ts',
  'test/test-lengths.test.ts',
  'test/test-parts.test.ts',
]

/**
 * The parts of the proof that cover earlier bugs, and whether each planted defect can be planted.
 */
export const SHORT_OF_PROOF = [
  'test/proof/model/places.test.ts',
  'test/proof/model/regressions.test.ts',
]

/** Arguments for vitest: projects, and some of their files, or all but some. */
export type Part = { projects: string[]; only?: string[]; without?: string[] }

/**
 * The projects of one part share the machine: the proof computes, and many tests over HTTP and in a browser wait.
 * The tests in workerd are a part of their own, because their files share isolates.
 */
export const QUICK: Part[] = [
  { projects: ['unit'], without: LONG },
  { projects: ['proof', 'e2e'], only: [...SHORT_OF_PROOF, ...SHORT_OF_E2E] },
]

export const REST: Part[] = [
  { projects: ['unit'], only: LONG },
  { projects: ['proof', 'e2e', 'browser'], without: [...SHORT_OF_PROOF, ...SHORT_OF_E2E] },
]

export function argumentsOf({ projects, only = [], without = [] }: Part): string[] {
  return [
    ...projects.flatMap((project) => ['--project', project]),
    ...only,
    ...without.flatMap((file) => ['--exclude', file]),
  ]
}
