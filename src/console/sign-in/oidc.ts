import {
  calculatePKCECodeChallenge,
  OperationProcessingError,
  ResponseBodyError,
} from 'oauth4webapi'
import { readAddress } from '../../domain/administrator.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import type { OidcSettings } from '../../domain/sign-in.ts'
import { logFailure } from '../../web/log.ts'
import { type ConsoleContext, goTo } from '../kit/console-env.ts'
import { admissionOf, type Answered } from './admission.ts'
import { enter } from './session.ts'
import { safeNext } from './next.ts'
import { type Identity, exchangeCode } from './oidc-exchange.ts'
import { discover, type Provider } from './oidc-provider.ts'
import { DENIED, DOWN, NOT_VALID, type Problem, TOO_LATE, UNVERIFIED } from './problems.ts'
import { signInPage } from './sign-in-page.tsx'
import { noteFailedSignIn, tooMany } from './limit.ts'
import {
  keepAuthorizationRequest,
  takeAuthorizationRequest,
  type AuthorizationRequest,
} from './authorization-request.ts'

/** Has 256 bits, and is the minimum length of a PKCE verifier (RFC 7636 §4.1). */
const RANDOM_LENGTH = 43

/** Sends the browser to the provider (OpenID Connect Core §3.1.2.1), with PKCE (RFC 7636). */
export async function startOidc(c: ConsoleContext): Promise<Response> {
  const { deps } = c.var
  const { oidc } = deps.signInBy
  if (!oidc) return goTo(c, '/sign-in')
  const limited = await tooMany(c)
  if (limited) return signInPage(c, limited)
  const provider = await orNull(c, discover(oidc, deps.now()))
  if (!provider) return failed(c, DOWN)
  const request = newAuthorizationRequest(deps.random)
  await keepAuthorizationRequest(c, { ...request, next: c.req.query('next') ?? '' })
  const url = new URL(provider.authorization_endpoint)
  const parameters = await parametersOf(request)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  url.searchParams.set('scope', scopeFor(provider, deps.signInBy.groups?.claim))
  url.searchParams.set('client_id', oidc.clientId)
  url.searchParams.set('redirect_uri', redirectUriOf(c))
  if (c.req.query('other') !== undefined) url.searchParams.set('prompt', promptFor(provider))
  return c.redirect(url.href, 303)
}

function newAuthorizationRequest(random: Deps['random']) {
  return {
    state: random(RANDOM_LENGTH),
    nonce: random(RANDOM_LENGTH),
    verifier: random(RANDOM_LENGTH),
  }
}

async function parametersOf({
  state,
  nonce,
  verifier,
}: ReturnType<typeof newAuthorizationRequest>) {
  return {
    response_type: 'code',
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
}

/** Also asks for the claim of the groups, where the provider has a scope of that name. */
function scopeFor({ scopes_supported: scopes }: Provider, claim: string | undefined): string {
  const isScope = claim !== undefined && scopes?.includes(claim)
  return isScope ? `openid email ${claim}` : 'openid email'
}

/** Handles the return from the provider. The query could contain anything. */
export async function finishOidc(c: ConsoleContext): Promise<Response> {
  const { oidc } = c.var.deps.signInBy
  if (!oidc) return goTo(c, '/sign-in')
  const limited = await tooMany(c)
  if (limited) return signInPage(c, limited)
  const request = await takeAuthorizationRequest(c)
  if (request) c.set('next', request.next)
  if (!request || c.req.query('state') !== request.state) return signInPage(c, TOO_LATE)
  const identity = await identityFrom(c, oidc, request)
  if ('text' in identity) return failed(c, identity)
  const email = typeof identity.email === 'string' ? readAddress(identity.email) : null
  if (email === null || !identity.isVerified) return signInPage(c, UNVERIFIED)
  const { subject, claimsWith } = identity
  const claims = (name: string) => orProblem(c, () => claimsWith(name))
  const admission = await admissionOf(c, { email, issuer: oidc.issuer, subject, claims })
  if (admission.by === null) return signInPage(c, admission.problem)
  await enter(c, admission, 'oidc')
  return c.redirect(safeNext(c, request.next), 303)
}

/** Counts the failure: each one uses our secret at the provider, which must not get locked out. */
async function failed(c: ConsoleContext, problem: Problem): Promise<Response> {
  return signInPage(c, (await noteFailedSignIn(c)) ?? problem)
}

async function identityFrom(
  c: ConsoleContext,
  settings: OidcSettings,
  request: AuthorizationRequest,
): Promise<Identity | Problem> {
  const now = c.var.deps.now()
  const query = new URL(c.req.url).searchParams
  if (query.has('error')) return DENIED
  const { value, problem } = await orProblem(c, async () => {
    const provider = await discover(settings, now)
    const exchange = { settings, provider, redirectUri: redirectUriOf(c), now }
    return exchangeCode(exchange, query, request)
  })
  return value ?? problem
}

/** Returns what the provider answers, or what to tell the person instead. */
async function orProblem<T>(c: ConsoleContext, work: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { value: await work(), problem: null }
  } catch (error) {
    log(c, error)
    return { value: null, problem: error instanceof Unavailable ? DOWN : NOT_VALID }
  }
}

async function orNull<T>(c: ConsoleContext, work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    log(c, error)
    return null
  }
}

/** Logs the kind of error for the operator. The details come from outside. */
function log(c: ConsoleContext, error: unknown): void {
  const isKnown = error instanceof Unavailable
  const detail = `a sign-in that is not valid (${reasonOf(error)})`
  logFailure(isKnown ? error : new Unavailable('identity_provider', detail), c.var.requestId)
}

function redirectUriOf(c: ConsoleContext): string {
  return `${c.var.deps.issuer}/console/sign-in/oidc/callback`
}

/** Makes the provider ask for an account, instead of returning the same person again. */
function promptFor({ prompt_values_supported: supported }: Provider): string {
  return supported?.includes('select_account') === false ? 'login' : 'select_account'
}

/** The kind of error, for the log. Only our messages and the library's quote no outside text. */
function reasonOf(error: unknown): string {
  if (error instanceof ResponseBodyError) return `it says ${error.error.slice(0, 40)}`
  if (!(error instanceof Error)) return typeof error
  const isKnown = error instanceof OperationProcessingError || error instanceof TypeError
  return isKnown ? error.message.slice(0, 100) : error.name
}
