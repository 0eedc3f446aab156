import type { Child } from 'hono/jsx'
import { Unavailable } from '../../domain/errors.ts'
import { logFailure } from '../../web/log.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { openKept, type Waiting } from '../forms/kept.ts'
import { Alert } from '../kit/alert.tsx'
import { Submit } from '../kit/submit.tsx'
import { page } from '../kit/shell.tsx'
import { assertedIdentity, verifiedBy } from './access.ts'
import { admissionOf } from './admission.ts'
import { safeNext } from './next.ts'
import { KeptForm, KeptNote, ProviderLink } from './kept-parts.tsx'
import { NO_ADMINISTRATOR, type Problem } from './problems.ts'

/** The visitor, according to Cloudflare Access. */
type Asserted = { address: string | null; isAdministrator: boolean } | 'unknown'

type SignInProps = {
  base: string
  next: string
  problem: Problem | undefined
  hasBootstrap: boolean
  /** The provider's host. */
  oidcHost: string | undefined
  isOidcWrong: boolean
  /** Undefined if Access is not configured. */
  asserted: Asserted | undefined
  /** The encrypted form that is kept for the person who filled it in. */
  kept: string | null
  isTooLong: boolean
}

export async function signInPage(
  c: ConsoleContext,
  problem?: Problem,
  waiting?: Waiting,
): Promise<Response> {
  const { base, deps } = c.var
  const { oidc } = deps.signInBy
  if (problem) deps.learn({ refused: problem.cause })
  const kept = waiting ? waiting.text : await keptBefore(c)
  const next = c.req.query('next') ?? c.get('next') ?? c.get('form')?.get('next') ?? null
  const props: SignInProps = {
    base,
    next: safeNext(c, next),
    kept,
    isTooLong: waiting?.text === null,
    problem,
    hasBootstrap: (await deps.bootstrapMark()) !== null,
    oidcHost: oidc ? new URL(oidc.issuer).host : undefined,
    isOidcWrong: deps.signInBy.wrong.oidc,
    asserted: await assertedVisitor(c),
  }
  const status = problem?.status ?? (waiting ? 401 : 200)
  return page(c, { title: 'Sign in', status, isBare: true }, <SignInPage {...props} />)
}

/** The kept form that this page sent back with a failed attempt. */
async function keptBefore(c: ConsoleContext): Promise<string | null> {
  const text = c.get('form')?.get('kept') ?? null
  return (await openKept(c, text)) && text
}

/** The other ways to sign in must stay open if the keys of Access cannot be fetched. */
async function assertedVisitor(c: ConsoleContext): Promise<Asserted | undefined> {
  if (!c.var.deps.signInBy.access) return undefined
  try {
    const identity = await assertedIdentity(c)
    if (!identity) return { address: null, isAdministrator: false }
    const { by } = await admissionOf(c, verifiedBy(c.var.deps.signInBy, identity))
    if (by === null) c.var.deps.learn({ refused: NO_ADMINISTRATOR })
    return { address: identity.address, isAdministrator: by !== null }
  } catch (error) {
    if (!(error instanceof Unavailable) || error.what !== 'identity_provider') throw error
    logFailure(error, c.var.requestId)
    return 'unknown'
  }
}

/** The configured ways to sign in; if there are none, how to configure one. */
function SignInPage(props: SignInProps) {
  const { base, problem, hasBootstrap, oidcHost, isOidcWrong, asserted, kept } = props
  const next = kept === null ? props.next : `${base}/signed-in`
  const query = `?${problem?.asOther ? 'other&' : ''}next=${encodeURIComponent(next)}`
  const isAlone = oidcHost === undefined && !asserted
  return (
    <section class="card form pad">
      <h1>Sign in to Portcullis</h1>
      {problem && (
        <Alert>
          <p>{problem.text}</p>
        </Alert>
      )}
      {isOidcWrong && <OidcClosed />}
      <KeptNote {...props} />
      {oidcHost !== undefined && (
        <p>
          <ProviderLink href={`${base}/sign-in/oidc${query}`} hasKept={kept !== null} />{' '}
          <span class="hint">at {oidcHost}</span>
        </p>
      )}
      {asserted && <AccessNote asserted={asserted} next={next} />}
      {hasBootstrap && <BootstrapForm {...{ base, next, isAlone, kept }} />}
      {kept !== null && <KeptForm base={base} kept={kept} />}
      {!hasBootstrap && isAlone && !isOidcWrong && (
        <p>
          No way to sign in is configured. Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET,
          or ACCESS_TEAM_DOMAIN and ACCESS_AUD, or BOOTSTRAP_TOKEN.
        </p>
      )}
    </section>
  )
}

/** Does not name the setting or the reason, because strangers see this page. */
function OidcClosed() {
  return (
    <Alert>
      <p>
        Signing in with OpenID Connect isn’t possible now: a setting of this server is wrong. The
        log names it, and so does /health to an administrator.
      </p>
    </Alert>
  )
}

function AccessNote({ asserted, next }: { asserted: Asserted; next: string }) {
  return <p>{accessInWords(asserted, next)}</p>
}

function accessInWords(asserted: Asserted, next: string): Child {
  if (asserted === 'unknown') return 'The keys of Cloudflare Access can’t be fetched now.'
  const { address, isAdministrator } = asserted
  if (address === null)
    return 'Cloudflare Access did not identify you: open the address that it protects.'
  if (isAdministrator) {
    return (
      <a class="button" href={next}>
        Continue as {address}
      </a>
    )
  }
  return (
    <>
      Cloudflare Access knows you as <bdi>{address}</bdi>, who isn’t an administrator of this
      Portcullis. <a href="/cdn-cgi/access/logout">Sign in as somebody else</a>
    </>
  )
}

type BootstrapProps = { base: string; next: string; isAlone: boolean; kept: string | null }

function BootstrapForm({ base, next, isAlone, kept }: BootstrapProps) {
  return (
    <form method="post" action={`${base}/sign-in`}>
      <input type="hidden" name="next" value={next} />
      {kept !== null && <input type="hidden" name="kept" value={kept} />}
      <div class="field">
        <label for="token">Bootstrap token</label>
        <input
          id="token"
          name="token"
          type="password"
          required
          autofocus={isAlone}
          autocomplete="current-password"
        />
        <p class="hint">For the first day and for emergencies. Locally it is in .dev.vars.</p>
      </div>
      <Submit kind={isAlone ? 'primary' : undefined} label="Sign in" />
    </form>
  )
}
