import { findClient } from '../../actions/clients/change-client.ts'
import type { Client } from '../../domain/client.ts'
import type { FlashKind } from '../forms/banners.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import type { Repeat } from '../forms/form-handler.ts'
import type { ConsoleContext } from '../kit/console-env.ts'

/** Goes to the page of a client that was changed, which says so. */
export function flashClient(
  c: ConsoleContext,
  kind: FlashKind,
  { clientId: id, name }: Client,
  at: number,
): Promise<Response> {
  return redirectWithFlash(c, `/clients/${id}`, { kind, id, name, at })
}

/** The answer of a form that changed a client, and the same for its repeat. */
export function clientChanged(kind: FlashKind) {
  return {
    done: (c: ConsoleContext, client: Client) => flashClient(c, kind, client, client.updatedAt),
    repeat: async (c: ConsoleContext, { id, at }: Repeat) =>
      flashClient(c, kind, await findClient(c.var.deps, id), at),
  }
}
