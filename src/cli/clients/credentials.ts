import { openAdmin } from '../admin.ts'
import type { ClientBody } from '../api-types.ts'
import { confirm, requireYesOrTerminal } from '../confirm.ts'
import { cutOff } from '../delete-once.ts'
import { printBody } from '../describe.ts'
import { labelOf, withClient } from '../find-client.ts'
import { EVERYTHING, readPages } from '../pages.ts'
import { print, printJson } from '../terminal.ts'

type Listed = { client: string; json: boolean }
type Kind<Body> = {
  /** Beneath that of the client. */
  path: string
  /** Their name in messages. */
  what: string
  /** Said where there is none. */
  none: string
  printAll: (items: Body[]) => void
}

/** Prints all credentials of one kind that a client has. */
export async function listCredentials<Body>(
  { client, json }: Listed,
  { path, what, none, printAll }: Kind<Body>,
): Promise<void> {
  const admin = await openAdmin()
  const { items } = await withClient(admin, client, (id) =>
    readPages<Body>(admin, `/clients/${id}/${path}`, {}, EVERYTHING, what),
  )
  if (json) return printJson(items)
  if (items.length === 0) return print(none)
  printAll(items)
}

type Deleting = Listed & { id: string; yes: boolean }

/** Deletes a credential of a client; `idField` is the name of its id in the admin API. */
export async function deleteCredential(
  { client, json, id, yes }: Deleting,
  { path, idField, what }: { path: string; idField: string; what: string },
): Promise<void> {
  requireYesOrTerminal(yes)
  const admin = await openAdmin()
  await withClient(admin, client, async (clientId) => {
    if (!yes) {
      const { body } = await admin.request('GET', `/clients/${clientId}`)
      await confirm(`Type ${id} to delete the ${what} of ${labelOf(body as ClientBody)}`, id)
    }
    await cutOff(admin, `/clients/${clientId}/${path}/${encodeURIComponent(id)}`)
    if (json) printJson({ client_id: clientId, [idField]: id, deleted: true })
    else print(`Deleted ${id} of ${clientId}.`)
  })
}

/** Prints all that is known of a credential of a client. */
export async function showCredential(
  { client, json, id }: Listed & { id: string },
  path: string,
): Promise<void> {
  const admin = await openAdmin()
  const { body } = await withClient(admin, client, (clientId) =>
    admin.request('GET', `/clients/${clientId}/${path}/${encodeURIComponent(id)}`),
  )
  if (json) printJson(body)
  else printBody(body as object)
}
