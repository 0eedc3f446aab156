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
import { openSession, whoIs } from './session.ts'
import { administratorAt } from './find-administrator.ts'
import { safeNext } from './next.ts'
import { type Said, whoSignedIn } from './oidc-exchange.ts'
import { discover, type Provider } from './oidc-provider.ts'
import {
  DENIED,
  DOWN,
  NOT_VALID,
  noAdministrator,
  type Problem,
  TOO_LATE,
  UNVERIFIED,
} from './problems.ts'
import { signInPage } from './sign-in-page.tsx'
import { noteFailedSignIn, tooMany } from './limit.ts'
import { keepUnderWay, takeUnderWay, type UnderWay } from './under-way.ts'

/** 256 bits, and the minimum for a PKCE verifier (RFC 7636 §4.1). */
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
  const underWay = newUnderWay(deps.random)
  await keepUnderWay(c, { ...underWay, next: c.req.query('next') ?? '' })
  const url = new URL(provider.authorization_endpoint)
  const asked = await askedOf(underWay)
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  url.searchParams.set('client_id', oidc.clientId)
  url.searchParams.set('redirect_uri', redirectUriOf(c))
  if (c.req.query('other') !== undefined) url.searchParams.set('prompt', promptFor(provider))
  return c.redirect(url.href, 303)
}

function newUnderWay(random: Deps['random']) {
  return {
    state: random(RANDOM_LENGTH),
    nonce: random(RANDOM_LENGTH),
    verifier: random(RANDOM_LENGTH),
  }
}

async function askedOf({ state, nonce, verifier }: ReturnType<typeof newUnderWay>) {
  return {
    response_type: 'code',
    scope: 'openid email',
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
}

/** Takes the browser back from the provider; it could bring anything. */
export async function finishOidc(c: ConsoleContext): Promise<Response> {
  const { oidc } = c.var.deps.signInBy
  if (!oidc) return goTo(c, '/sign-in')
  const limited = await tooMany(c)
  if (limited) return signInPage(c, limited)
  const underWay = await takeUnderWay(c)
  if (underWay) c.set('next', underWay.next)
  if (!underWay || c.req.query('state') !== underWay.state) return signInPage(c, TOO_LATE)
  const said = await whoCameBack(c, oidc, underWay)
  if ('text' in said) return failed(c, said)
  const address = typeof said.email === 'string' ? readAddress(said.email) : null
  if (address === null || !said.isVerified) return signInPage(c, UNVERIFIED)
  const administrator = await administratorAt(c, address)
  if (!administrator) return signInPage(c, noAdministrator(address))
  await openSession(c, whoIs(c, administrator, 'oidc'))
  return c.redirect(safeNext(c, underWay.next), 303)
}

/** Counted: each asks the provider with our own secret, which strangers must not get locked out. */
async function failed(c: ConsoleContext, problem: Problem): Promise<Response> {
  return signInPage(c, (await noteFailedSignIn(c)) ?? problem)
}

async function whoCameBack(
  c: ConsoleContext,
  settings: OidcSettings,
  underWay: UnderWay,
): Promise<Said | Problem> {
  const now = c.var.deps.now()
  const brought = new URL(c.req.url).searchParams
  if (brought.has('error')) return DENIED
  try {
    const provider = await discover(settings, now)
    const exchange = { settings, provider, redirectUri: redirectUriOf(c), now }
    return await whoSignedIn(exchange, brought, underWay)
  } catch (error) {
    log(c, error)
    return error instanceof Unavailable ? DOWN : NOT_VALID
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

/** Whatever it is, somebody outside sent it; the log tells the operator its kind. */
function log(c: ConsoleContext, error: unknown): void {
  const isKnown = error instanceof Unavailable
  const detail = `a sign-in that is not valid (${reasonOf(error)})`
  logFailure(isKnown ? error : new Unavailable('identity_provider', detail), c.var.requestId)
}

function redirectUriOf(c: ConsoleContext): string {
  return `${c.var.deps.issuer}/console/sign-in/oidc/callback`
}

/** Makes the provider ask who it is, instead of answering with the same person again. */
function promptFor({ prompt_values_supported: supported }: Provider): string {
  return supported?.includes('select_account') === false ? 'login' : 'select_account'
}

/** The kind of error, for the log: only our messages and the library's quote nothing from outside. */
function reasonOf(error: unknown): string {
  if (error instanceof ResponseBodyError) return `it says ${error.error.slice(0, 40)}`
  if (!(error instanceof Error)) return typeof error
  const isKnown = error instanceof OperationProcessingError || error instanceof TypeError
  return isKnown ? error.message.slice(0, 100) : error.name
}
