import type { Client } from '../../domain/client.ts'
import { endOf, isLive } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Banner, ConsoleContext, Undo } from '../kit/console-env.ts'
import { minuteInUtc, secondInUtc } from '../kit/words.ts'
import { newKeyInWords, revokedKeyInWords } from './key-words.ts'

/** Names the suspension to lift: a later one is another person's decision. */
export const SUSPENDED_AT = 'suspended_at'

export type FlashKind =
  | 'client.created'
  | 'client.suspended'
  | 'client.suspended_before'
  | 'client.resumed'
  | 'client.resumed_before'
  | 'client.updated'
  | 'client.access_changed'
  | 'client.tokens_revoked'
  | 'client.deleted'
  | 'secret.extended'
  | 'secret.deleted'
  | 'secret.sent_twice'
  | 'public_key.created'
  | 'public_key.deleted'
  | 'federated_credential.created'
  | 'federated_credential.deleted'
  | 'certificate.created'
  | 'certificate.deleted'
  | 'issuer.created'
  | 'issuer.deleted'
  | 'api.created'
  | 'api.updated'
  | 'api.deleted'
  | 'role.created'
  | 'role.updated'
  | 'role.deleted'
  | 'administrator.created'
  | 'administrator.updated'
  | 'administrator.deleted'
  | 'member.blocked'
  | 'member.unblocked'
  | 'incident.recorded'
  | 'incident.incomplete'
  | 'search.secret'
  | 'signing_key.created'
  | 'signing_key.revoked'

/** Puts a flash message into words; null if it is not true any more. */
type Say = (c: ConsoleContext, flash: Flash) => Promise<Banner | null>

type Found = { updatedAt: number } | null
type Find = (c: ConsoleContext, id: string) => Promise<Found>

/** Says that something was created or saved, unless it has changed since. */
function kept(find: Find, verb: string): Say {
  return async (c, { id, name, at }) =>
    (await find(c, id))?.updatedAt === at ? { text: `${verb} ${name}.` } : null
}

function deleted(find: Find, more = ''): Say {
  return async (c, { id, name }) =>
    (await find(c, id)) === null ? { text: `Deleted ${name}.${more}` } : null
}

const client = ({ var: { deps } }: ConsoleContext, id: string) => deps.clients.find(id)
const api: Find = ({ var: { deps } }, id) => deps.apis.find(id)
const role: Find = ({ var: { deps } }, id) => deps.roles.find(id)
const issuer: Find = ({ var: { deps } }, id) => deps.issuers.find(id)
const person: Find = async ({ var: { deps } }, id) =>
  (await deps.administrators.find(id)) ?? deps.members.find(id)

const isBlocked = async ({ var: { deps } }: ConsoleContext, id: string) =>
  ((await deps.members.find(id))?.blockedAt ?? null) !== null

const suspended: Say = async (c, { id, name, at }) => {
  const found = await client(c, id)
  if (found?.suspension?.at !== at) return null
  const undo: Undo = {
    label: 'Undo',
    action: `${c.var.base}/clients/${id}/resumption`,
    fields: { [SUSPENDED_AT]: String(at) },
  }
  const means = 'New tokens are refused; issued tokens are rejected from the next request on.'
  return { text: `Suspended ${name}. ${means}`, undo }
}

const suspendedBefore: Say = async (c, { id, name, at }) => {
  const found = await client(c, id)
  if (found?.suspension?.at !== at) return null
  const since = minuteInUtc(at)
  return { text: `${name} has been suspended since ${since}. Your reason was not recorded.` }
}

/** Undo leads to a question with the old reason: a direct suspension would have no reason. */
const resumed: Say = async (c, { id, name }) => {
  const found = await client(c, id)
  if (!found || found.suspension) return null
  const undo = { label: 'Suspend again…', href: `${c.var.base}/clients/${id}/suspension` }
  return { text: `Resumed ${name}. Its remaining credentials and tokens work again.`, undo }
}

const resumedBefore: Say = async (c, { id, name }) => {
  const found = await client(c, id)
  if (!found || found.suspension) return null
  return { text: `${name} was not suspended any more: nothing changed.` }
}

const tokensRevoked: Say = async (c, { id, name, at }) => {
  const found = await client(c, id)
  if ((found?.tokensValidFrom ?? 0) < at) return null
  return { text: `Revoked all tokens issued to ${name} until ${secondInUtc(at)}.` }
}

type Held = {
  /** Its name in a sentence. */
  what: string
  idsOf: (client: Client) => string[]
  /** The path of its own page beneath that of the client, if it has one. */
  path?: string
}

const SECRET: Held = {
  what: 'secret ',
  idsOf: ({ secrets }) => secrets.map(({ secretId }) => secretId),
}
const PUBLIC_KEY: Held = {
  what: 'public key ',
  idsOf: ({ publicKeys }) => publicKeys.map(({ keyId }) => keyId),
  path: 'keys',
}
const FEDERATED_CREDENTIAL: Held = {
  what: 'federated credential ',
  idsOf: ({ federatedCredentials: rules }) => rules.map(({ credentialId }) => credentialId),
}
const CERTIFICATE: Held = {
  what: 'certificate ',
  idsOf: ({ certificates }) => certificates.map(({ certificateId }) => certificateId),
  path: 'certificates',
}

/** The flash message has only the id of the credential: that of its client is in the path. */
function credentialAdded({ what, idsOf, path }: Held): Say {
  return async (c, { id, name }) => {
    const clientId = c.req.param('client_id') ?? ''
    const found = await client(c, clientId)
    if (!found || !idsOf(found).includes(id)) return null
    const href = `${c.var.base}/clients/${clientId}/${path}/${id}`
    return {
      text: `Added ${what}${name}.`,
      ...(path !== undefined && { next: { label: 'How to use it', href } }),
    }
  }
}

function credentialDeleted({ what, idsOf }: Held): Say {
  return async (c, { id, name }) => {
    const found = await client(c, c.req.param('client_id') ?? '')
    if (!found || idsOf(found).includes(id)) return null
    return { text: `Deleted ${what}${name}.` }
  }
}

/** Says until when, as of now: it may have been extended again since. */
const secretExtended: Say = async (c, { id, name }) => {
  const found = await client(c, c.req.param('client_id') ?? '')
  const secret = found?.secrets.find(({ secretId }) => secretId === id)
  if (!secret || !isLive(secret, c.var.deps.now())) return null
  return { text: `Extended secret ${name}. This secret works until ${minuteInUtc(endOf(secret))}.` }
}

/** Never outdated: the page shows the state of the secret. */
const sentTwice: Say = async (_c, { id, name }) => {
  const seen = 'A browser shows only the last answer, so you may not have seen the secret.'
  const over = 'Its secret no longer works.'
  return {
    text: `The form for ${name} was sent twice and carried out once. ${id ? seen : over}`,
  }
}

const keyCreated: Say = async ({ var: { deps } }, { id }) => {
  const text = newKeyInWords(await deps.signingKeys.all(), id, deps.now())
  return text === null ? null : { text }
}

const keyRevoked: Say = async ({ var: { deps } }, { id }) => {
  const text = revokedKeyInWords(await deps.signingKeys.all(), id)
  return text === null ? null : { text }
}

const SECRET_IN_SEARCH =
  'That looks like a secret. It is in your browser’s history now: delete that entry, then paste the secret here instead.'

export const BANNERS: Record<FlashKind, Say> = {
  'client.created': kept(client, 'Created'),
  'client.suspended': suspended,
  'client.suspended_before': suspendedBefore,
  'client.resumed': resumed,
  'client.resumed_before': resumedBefore,
  'client.updated': kept(client, 'Saved'),
  'client.access_changed': kept(client, 'Saved the API access of'),
  'client.tokens_revoked': tokensRevoked,
  'client.deleted': deleted(client, ' Its credentials and tokens stopped working.'),
  'secret.extended': secretExtended,
  'secret.deleted': credentialDeleted(SECRET),
  'secret.sent_twice': sentTwice,
  'public_key.created': credentialAdded(PUBLIC_KEY),
  'public_key.deleted': credentialDeleted(PUBLIC_KEY),
  'federated_credential.created': credentialAdded(FEDERATED_CREDENTIAL),
  'federated_credential.deleted': credentialDeleted(FEDERATED_CREDENTIAL),
  'certificate.created': credentialAdded(CERTIFICATE),
  'certificate.deleted': credentialDeleted(CERTIFICATE),
  'issuer.created': kept(issuer, 'Now trusted:'),
  'issuer.deleted': async (c, { id, name }) =>
    (await issuer(c, id)) === null ? { text: `No longer trusted: ${name}.` } : null,
  'api.created': kept(api, 'Added'),
  'api.updated': kept(api, 'Saved'),
  'api.deleted': deleted(api),
  'role.created': kept(role, 'Created'),
  'role.updated': kept(role, 'Saved'),
  'role.deleted': deleted(role),
  'administrator.created': kept(person, 'Added'),
  'administrator.updated': kept(person, 'Changed the access of'),
  'member.blocked': async (c, { id, name }) =>
    (await isBlocked(c, id)) ? { text: `Blocked ${name}.` } : null,
  'member.unblocked': async (c, { id, name }) =>
    (await isBlocked(c, id)) ? null : { text: `Unblocked ${name}.` },
  'administrator.deleted': async (c, { id, name }) =>
    (await person(c, id)) === null ? { text: `Removed ${name}.` } : null,
  'incident.recorded': async () => ({ text: 'Done. Copy the link of this page into the ticket.' }),
  'incident.incomplete': async (_c, { name }) => ({
    text: `Nothing was done to: ${name}. Try again for them.`,
  }),
  'search.secret': async () => ({ text: SECRET_IN_SEARCH }),
  'signing_key.created': keyCreated,
  'signing_key.revoked': keyRevoked,
}

/** A flash message: the result of a form, for the next page. */
export type Flash = {
  kind: FlashKind
  /** The id of its subject, and the name that people use. */
  id: string
  name: string
  /** When it was done. */
  at: Seconds
}
