import type { Handler } from 'hono'
import type { Address } from '../../domain/credential.ts'
import type { Unavailable } from '../../domain/errors.ts'
import type { Deps } from '../../domain/ports.ts'
import { startBehind, type Work } from '../../web/behind.ts'
import { readAgain } from '../../web/body.ts'
import type { Door, DoorContext } from '../../web/door.ts'
import { only } from '../../web/methods.ts'
import type { Preparation } from '../../web/prepare.ts'
import { requestIdOf } from '../../web/request-id.ts'
import type { Answer } from './answers.ts'
import { outage, renderOAuthError } from './errors.ts'

/** One request to an endpoint: all that its handler needs, and nothing of Hono. */
export type Call = {
  request: Request
  deps: Deps
  address: Address
  readonly requestId: string
}

export type Handle = (call: Call) => Promise<Answer>

/**
 * Makes a route of the one method that an endpoint understands. It is one function where middleware
 * would be several: on the path of a token each of them costs as much as what it does.
 */
export type Endpoint = (
  method: 'GET' | 'POST',
  handle: Handle,
  /** What it answers when something does not answer it. @default OAuth's */
  whenOut?: (error: Unavailable) => Answer,
) => Handler<Door>

export function endpointWith(preparation: Preparation): Endpoint {
  return (method, handle, whenOut = outage) =>
    only(method, async (c) => reply(c, await answerTo(c, preparation, handle, whenOut)))
}

export function reply(c: DoorContext, { status, body, headers }: Answer): Response {
  return c.newResponse(body, status, headers)
}

async function answerTo(
  c: DoorContext,
  { issuer, sharedDeps, clientAddress }: Preparation,
  handle: Handle,
  whenOut: (error: Unavailable) => Answer,
): Promise<Answer> {
  let id: string | undefined
  const works: Work[] = []
  const requestId = () => (id ??= requestIdOf(c.req.raw))
  try {
    const { raw } = c.req
    // A host's middleware may have read the body before us.
    const request = raw.bodyUsed ? await readAgain(c.req) : raw
    const afterwards = (work: Work) => void works.push(work)
    return await handle({
      request,
      deps: { ...sharedDeps(c.env as object), afterwards },
      address: clientAddress(request),
      get requestId() {
        return requestId()
      },
    })
  } catch (error) {
    return renderOAuthError(error as Error, issuer, requestId, whenOut)
  } finally {
    if (works.length > 0) startBehind(c, works, requestId())
  }
}
