import type { Hono } from 'hono'
import { publishStatusList, publishStatusLists } from '../../actions/status/publish-status-list.ts'
import { Refusal } from '../../domain/errors.ts'
import { STATUS_LIST_TTL } from '../../domain/status-list.ts'
import type { Seconds } from '../../domain/time.ts'
import { newApp } from '../../web/app.ts'
import type { AppEnv } from '../../web/app-env.ts'
import { withPreflight } from '../../web/methods.ts'
import type { Call } from '../../web/prepare.ts'
import { type Answer, unstored } from './answers.ts'
import { type EndpointMaker, routeTo } from './endpoint.ts'

export const STATUS_LISTS = '/oauth/status-lists'

/** Token Status List (draft-ietf-oauth-status-list-21): a list (§8.1), and which there are (§9.3). */
export function statusListRoutes(endpoint: EndpointMaker): Hono<AppEnv> {
  return newApp<AppEnv>()
    .all(STATUS_LISTS, withPreflight(routeTo(endpoint('GET /oauth/status-lists', lists))))
    .all(
      `${STATUS_LISTS}/:list_id`,
      withPreflight(routeTo(endpoint('GET /oauth/status-lists/{list_id}', list))),
    )
}

/** A cache on the way keeps a list for what is left of its time here, so that times do not add up. */
function publicly(type: string, keptFor: Seconds): Headers {
  return new Headers({
    'Content-Type': type,
    'Cache-Control': `public, max-age=${keptFor}`,
    'Access-Control-Allow-Origin': '*',
    'X-Content-Type-Options': 'nosniff',
  })
}

async function list({ request, deps }: Call): Promise<Answer> {
  const url = new URL(request.url)
  // §8.4: the status at another time is not told.
  if (url.searchParams.has('time')) return historical()
  return orMissing(async () => {
    const listId = url.pathname.split('/').at(-1) ?? ''
    const { text, keptFor } = await publishStatusList(deps, listId)
    return { status: 200, body: text, headers: publicly('application/statuslist+jwt', keptFor) }
  })
}

function lists({ deps }: Call): Promise<Answer> {
  return orMissing(async () => {
    const body = JSON.stringify({ status_lists: await publishStatusLists(deps) })
    return { status: 200, body, headers: publicly('application/json', STATUS_LIST_TTL) }
  })
}

function historical(): Answer {
  const error_description = 'Only the current status is available, not that of another time.'
  return unstored({ error: 'not_implemented', error_description }, 501)
}

async function orMissing(answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'not_found') throw error
    return unstored({ error: 'not_found', error_description: error.message }, 404)
  }
}
