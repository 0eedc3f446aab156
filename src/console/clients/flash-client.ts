import { findClient } from '../../actions/clients/change-client.ts'
import type { Client } from '../../domain/client.ts'
import type { Flash, FlashKind } from '../forms/banners.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import type { Repeat } from '../forms/form-handler.ts'
import { type ConsoleContext, pathId } from '../kit/console-env.ts'

/** Redirects to the page of the client in the path, which says what was done with one of its credentials. */
export function flashOnClient(c: ConsoleContext, flash: Flash): Promise<Response> {
  return redirectWithFlash(c, `/clients/${pathId(c, 'client_id')}`, flash)
}

/** Redirects to the page of a changed client, which says what was done. */
export function flashClient(
  c: ConsoleContext,
  kind: FlashKind,
  { clientId: id, name }: Client,
  at: number,
): Promise<Response> {
  return redirectWithFlash(c, `/clients/${id}`, { kind, id, name, at })
}

/** The answers of a form that changes a client: to the first request, and to a repeat. */
export function clientChanged(kind: FlashKind) {
  return {
    done: (c: ConsoleContext, client: Client) => flashClient(c, kind, client, client.updatedAt),
    repeat: async (c: ConsoleContext, { id, at }: Repeat) =>
      flashClient(c, kind, await findClient(c.var.deps, id), at),
  }
}
