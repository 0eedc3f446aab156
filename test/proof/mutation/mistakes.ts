import type { Edit } from '../build.ts'
import { ADMINISTRATION_MISTAKES } from './administration-mistakes.ts'
import { MONITORING_MISTAKES } from './monitoring-mistakes.ts'
import { IMPORT_MISTAKES } from './import-mistakes.ts'
import { CREDENTIAL_MISTAKES } from './credential-mistakes.ts'
import { EVENT_MISTAKES } from './event-mistakes.ts'
import { LIST_MISTAKES } from './list-mistakes.ts'
import { AUDIT_TREE_MISTAKES } from './audit-tree-mistakes.ts'
import { BINDING_MISTAKES } from './binding-mistakes.ts'
import { POLICY_MISTAKES } from './policy-mistakes.ts'
import { PROOF_MISTAKES } from './proof-mistakes.ts'
import { STREAM_MISTAKES } from './stream-mistakes.ts'

/** A realistic mistake, and the file of tests that must notice it. */
export type Mistake = Edit & { name: string; noticedBy: string }

// Found by an independent sample: nothing noticed these once, and no mutator of the instrumenter makes most of them.

const HTTP: Mistake[] = [
  {
    name: 'a client that was deleted meanwhile gets a 401 without a challenge',
    file: 'src/http/oauth/errors.ts',
    find: "    case 'invalid_client':\n    case 'not_found':\n      return `Basic",
    replace: "    case 'invalid_client':\n      return `Basic",
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'the metadata leave out a way to authenticate',
    file: 'src/http/oauth/server-metadata.ts',
    find: 'introspection_endpoint_auth_methods_supported: methods',
    replace: 'introspection_endpoint_auth_methods_supported: methods.slice(1)',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'a Bearer token beside a client_secret is not refused',
    file: 'src/http/oauth/routes.ts',
    find: 'bearerCaller(call, bearer, form)',
    replace: 'bearerCaller(call, bearer, { ...form, one: () => undefined })',
    noticedBy: 'test/http/introspection-bearer.test.ts',
  },
  {
    name: 'a short list has a next_cursor where nothing is left',
    file: 'src/http/admin/shared/lists.ts',
    find: 'from + limit < data.length',
    replace: 'from + limit <= data.length',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'an Idempotency-Key ignores the path',
    file: 'src/http/admin/shared/idempotency.ts',
    find: '${c.req.method} ${c.req.path}',
    replace: '${c.req.method}',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'an Idempotency-Key ignores the secret of a creation',
    file: 'src/http/admin/shared/idempotency.ts',
    find: 'canonicalJson(body)',
    replace: 'canonicalJson({ ...(body as object), secret: null })',
    noticedBy: 'test/http/exactness.test.ts',
  },
]

const WEB: Mistake[] = [
  {
    name: 'a body that is not UTF-8 is repaired',
    file: 'src/web/body.ts',
    find: 'fatal: true',
    replace: 'fatal: false',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'a body in chunks has to be shorter than its limit',
    file: 'src/web/body.ts',
    find: 'length + chunk.length > limit',
    replace: 'length + chunk.length >= limit',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'a request id may have anything behind it',
    file: 'src/web/request-id.ts',
    find: ')?$/',
    replace: ')?/',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'a memory has no bound',
    file: 'src/platform/bounded-map.ts',
    find: 'entries.size <= most',
    replace: 'entries.size >= 0',
    noticedBy: 'test/platform/bounded-map.test.ts',
  },
]

const CONSOLE: Mistake[] = [
  {
    name: 'a session that was opened at another provider goes on',
    file: 'src/console/sign-in/session.ts',
    find: '  if (who.issuer !== issuerOf(c, who.via)) return null\n',
    replace: '',
    noticedBy: 'test/console/exactness.test.ts',
  },
  {
    name: 'the issuer may be missing though the provider promises it',
    file: 'src/console/sign-in/oidc-provider.ts',
    find: '  authorization_response_iss_parameter_supported: v.exactOptional(v.boolean()),\n',
    replace: '',
    noticedBy: 'test/console/exactness.test.ts',
  },
  {
    name: 'a redirect of the provider is followed with secret and code',
    file: 'src/console/sign-in/fetch-provider.ts',
    find: "redirect: 'manual'",
    replace: "redirect: 'follow'",
    noticedBy: 'test/console/exactness.test.ts',
  },
  {
    name: 'images may come from anywhere',
    file: 'src/console/sign-in/protection.ts',
    find: "img-src 'self' data:",
    replace: 'img-src * data:',
    noticedBy: 'test/console/exactness.test.ts',
  },
]

const STORAGE: Mistake[] = [
  {
    name: 'an API that has the issuer as its audience by chance gives rights here',
    file: 'src/storage/clients/access-sql.ts',
    find: '    .filter(([audience]) => audience !== issuer)\n',
    replace: '',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'a revoked token is forgotten while a clock may still take it',
    file: 'src/storage/clients/clients.ts',
    find: 'portcullis_revoked_tokens WHERE expires_at <= ${now - CLOCK_SKEW}',
    replace: 'portcullis_revoked_tokens WHERE expires_at <= ${now}',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'a revoked token is left out of the denylist while a clock may still take it',
    file: 'src/storage/denylist/denylist-entries.ts',
    find: 't.expires_at > unixepoch() - ${CLOCK_SKEW}',
    replace: 't.expires_at > unixepoch() + ${CLOCK_SKEW - CLOCK_SKEW}',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'an entry of the denylist never expires',
    file: 'src/storage/denylist/denylist.ts',
    find: '{ expirationTtl: DENYLIST_TTL, metadata: metadataOf(entry) }',
    replace: '{ metadata: metadataOf(entry) }',
    noticedBy: 'test/http/exactness.test.ts',
  },
  {
    name: 'an Idempotency-Key keeps what it made after its time',
    file: 'src/storage/ledger/idempotency-records.ts',
    find: 'AND made_at > ${since} ORDER',
    replace: 'AND made_at > ${since} - 1000000 ORDER',
    noticedBy: 'test/http/admin/idempotency.test.ts',
  },
]

const GUARD: Mistake[] = [
  {
    name: 'tokens are remembered by their payload alone',
    file: 'src/guard/verified-token.ts',
    find: '`${issuer} ${audience} ${token}`',
    replace: "`${issuer} ${audience} ${token.split('.')[1]}`",
    noticedBy: 'test/guard/forged-tokens.test.ts',
  },
  {
    name: 'an answer is remembered by the payload of the token alone',
    file: 'src/guard/ask-server.ts',
    find: 'const key = `${issuer} ${token}`',
    replace: "const key = `${issuer} ${token.split('.')[1]}`",
    noticedBy: 'test/guard/ask-server.test.ts',
  },
  {
    name: 'an entry of the denylist is remembered whatever the issuer',
    file: 'src/guard/ask-denylist.ts',
    find: '`${issuer} ${claims.client_id}`',
    replace: 'claims.client_id',
    noticedBy: 'test/guard/several-issuers.test.ts',
  },
]

export const MISTAKES = [
  ...ADMINISTRATION_MISTAKES,
  ...MONITORING_MISTAKES,
  ...IMPORT_MISTAKES,
  ...AUDIT_TREE_MISTAKES,
  ...EVENT_MISTAKES,
  ...LIST_MISTAKES,
  ...STREAM_MISTAKES,
  ...CREDENTIAL_MISTAKES,
  ...POLICY_MISTAKES,
  ...PROOF_MISTAKES,
  ...BINDING_MISTAKES,
  ...HTTP,
  ...WEB,
  ...CONSOLE,
  ...STORAGE,
  ...GUARD,
]
