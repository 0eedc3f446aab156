import { openAdmin } from '../admin.ts'
import { cutOff } from '../delete-once.ts'
import { printBody } from '../describe.ts'
import { findClientId } from '../find-client.ts'
import { readPages } from '../pages.ts'
import { print, printJson } from '../terminal.ts'

const ALL = { limit: undefined, all: true, progress: false }

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
  const all = `/clients/${await findClientId(admin, client)}/${path}`
  const { items } = await readPages<Body>(admin, all, {}, ALL, what)
  if (json) return printJson(items)
  if (items.length === 0) return print(none)
  printAll(items)
}

/** Deletes a credential of a client; `idField` is the name of its id in the admin API. */
export async function deleteCredential(
  { client, json, id }: Listed & { id: string },
  { path, idField }: { path: string; idField: string },
): Promise<void> {
  const admin = await openAdmin()
  const clientId = await findClientId(admin, client)
  await cutOff(admin, `/clients/${clientId}/${path}/${encodeURIComponent(id)}`)
  if (json) return printJson({ client_id: clientId, [idField]: id, deleted: true })
  print(`Deleted ${id} of ${clientId}.`)
}

/** Prints all that is known of a credential of a client. */
export async function showCredential(
  { client, json, id }: Listed & { id: string },
  path: string,
): Promise<void> {
  const admin = await openAdmin()
  const clientId = await findClientId(admin, client)
  const at = `/clients/${clientId}/${path}/${encodeURIComponent(id)}`
  const { body } = await admin.request('GET', at)
  if (json) printJson(body)
  else printBody(body as object)
}
