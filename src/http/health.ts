import type { Hono } from 'hono'
import { newApp } from '../web/app.ts'
import { authorizeAdministration } from '../actions/auth/authorize-administration.ts'
import {
  checkHealth,
  describeHealth,
  findProblems,
  type Health,
  isReadable,
} from '../actions/health/check-health.ts'
import { requireRight } from '../domain/authority.ts'
import { Refusal, type Unavailable } from '../domain/errors.ts'
import { isAtLeast, type Level, LEVELS, levelOf } from '../domain/health.ts'
import type { AppEnv } from '../web/app-env.ts'
import { type Answer, unstored } from './oauth/answers.ts'
import type { AilingResponse, HealthDetailResponse } from './health-response.ts'
import { healthDetailBody } from './health-body.ts'
import { readBearer } from './bearer.ts'
import type { Call } from '../web/prepare.ts'
import { type EndpointMaker, routeTo } from './oauth/endpoint.ts'
import { RETRY_AFTER } from '../web/unavailable.ts'

export function healthRoutes(endpoint: EndpointMaker): Hono<AppEnv> {
  const health = endpoint('GET /health', tellHealth, { whenOut: tellOutage })
  return newApp<AppEnv>().all('/health', routeTo(health))
}

/**
 * Tells everybody the server's status in a word, and administrators all of it. Answers 503 if it
 * does not serve; `fail_on` sets another level, for monitors that read the status code alone.
 */
async function tellHealth(call: Call): Promise<Answer> {
  const failOn = readFailOn(call.request)
  const health = await checkHealth(call.deps)
  const isServing = health.failing.length === 0
  const { level, ...detail } = isReadable(health) ? await detailFor(call) : { level: 'ok' as const }
  const status: Level = isServing ? level : 'unavailable'
  const body = { status, ...(isServing ? {} : whatFails(health)), ...detail }
  return isAtLeast(status, failOn) ? unavailable(body) : unstored(body)
}

function readFailOn(request: Request): Level {
  const asked = new URL(request.url).searchParams.getAll('fail_on')
  const [level = 'unavailable', ...more] = asked
  if (more.length === 0 && LEVELS.slice(1).includes(level as Level)) return level as Level
  throw new Refusal('invalid_request', `fail_on must be one of ${LEVELS.slice(1).join(', ')}.`)
}

/** Tells why the check itself failed: a setting, by its name, or what stopped answering since. */
function tellOutage({ what, settings }: Unavailable): Answer {
  const health = { failing: [what], missingMigrations: [], wrongSettings: settings }
  return unavailable({ status: 'unavailable', ...whatFails(health) })
}

type Failing = Pick<AilingResponse, 'failing' | 'missing_migrations' | 'wrong_settings'>

function unavailable(body: object): Answer {
  return unstored(body, 503, { 'Retry-After': RETRY_AFTER })
}

function whatFails({ failing, missingMigrations, wrongSettings }: Health): Failing {
  return {
    // The sign-in alone depends on the identity provider; no check changes anything.
    failing: failing.filter((what) => what !== 'identity_provider' && what !== 'changes'),
    ...(missingMigrations.length > 0 ? { missing_migrations: missingMigrations } : {}),
    ...(wrongSettings.length > 0 ? { wrong_settings: wrongSettings } : {}),
  }
}

type Found = { level: Exclude<Level, 'unavailable'> } & Partial<HealthDetailResponse>

async function detailFor({ request, deps, address }: Call): Promise<Found> {
  const bearer = readBearer(request)
  if (bearer === null) return { level: levelOf(await findProblems(deps)) }
  requireRight(await authorizeAdministration(deps, bearer, address), 'clients:read')
  const detail = await describeHealth(deps)
  return { level: levelOf(detail.problems), ...healthDetailBody(detail, deps.now()) }
}
