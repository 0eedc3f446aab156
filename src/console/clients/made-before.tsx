import { Fragment, h } from '../html.ts'
import { findClient } from '../../actions/change-client.ts'
import type { Client } from '../../domain/client.ts'
import { isLive, type Secret } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import { type ConsoleContext, pathId } from '../door.ts'
import { statusOfForm } from '../form-status.ts'
import type { DoneBefore } from '../forms/once.ts'
import { type Entered, FormToken, NOTHING_ENTERED, Problems } from '../parts/field.tsx'
import { Submit } from '../parts/submit.tsx'
import { Time } from '../parts/time.tsx'
import { page } from '../shell.tsx'
import { secondInUtc } from '../words.ts'
import { clientPath } from './change.tsx'

// A browser shows the answer of the last request alone. Where a form was sent twice, its secret was in the
// answer before, which nobody may have seen; it is shown to nobody else, but another one is at hand.

/** Of a form that made a client: the secret that came with it. */
export async function clientMadeBefore(c: ConsoleContext, { id }: DoneBefore) {
  const client = await findClient(c.var.deps, id)
  const secret = client.secrets.find(({ createdAt }) => createdAt === client.createdAt)
  return unseenSecretPage(c, client, secret)
}

/** Of a form that made a secret. */
export async function secretMadeBefore(c: ConsoleContext, { id }: DoneBefore) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  const secret = client.secrets.find(({ secretId }) => secretId === id)
  return unseenSecretPage(c, client, secret)
}

export async function unseenSecretPage(
  c: ConsoleContext,
  client: Client,
  secret: Secret | undefined,
  entered: Entered = NOTHING_ENTERED,
): Promise<Response> {
  const title = 'You may not have seen the secret'
  const ended = secret ? await endedWith(c, client, secret) : []
  const status = entered === NOTHING_ENTERED ? 409 : statusOfForm(entered)
  return page(
    c,
    { title, section: 'clients', status },
    <section class="card narrow">
      <h1>{title}</h1>
      <Problems entered={entered} />
      <p>
        The form was sent twice and carried out once, for <bdi>{client.name}</bdi>. The new secret
        was in the first answer; a browser shows the last one. It cannot be shown again.
      </p>
      {ended.map(([count, at]) => (
        <p>
          As the form asked, {count === 1 ? 'one other secret ends' : `${count} other secrets end`}{' '}
          at {at}.
        </p>
      ))}
      <Repair c={c} client={client} secret={secret} />
    </section>,
  )
}

type RepairProps = { c: ConsoleContext; client: Client; secret: Secret | undefined }

/** Another secret for who has not seen it; none for one that somebody has, or that is over. */
function Repair({ c, client, secret }: RepairProps) {
  const path = clientPath(c.var.base, client)
  const now = c.var.deps.now()
  if (!secret || !isLive(secret, now)) {
    return (
      <p>
        That secret does not work any more. <a href={path}>Go to the API client</a> for another one.
      </p>
    )
  }
  if (secret.lastUsedAt !== null) {
    return (
      <p>
        Secret …{secret.hint} was used <Time at={secret.lastUsedAt} now={now} />, so somebody has
        it. <a href={path}>Go to the API client</a>
      </p>
    )
  }
  return (
    <>
      <p>
        If you do not have it, generate another one: secret …{secret.hint} ends at once, and nobody
        has used it.
      </p>
      <form method="post" action={`${path}/secrets/${secret.secretId}/replacement`}>
        <FormToken token={c.var.formToken} />
        <div class="actions">
          <Submit label="Generate another secret" />
          <a class="button quiet" href={path}>
            I have the secret
          </a>
        </div>
      </form>
    </>
  )
}

const EVENTS_SEEN = 50

/** How many other secrets were ended by the change that made this one, and when they end. */
async function endedWith(
  { var: { deps } }: ConsoleContext,
  { clientId }: Client,
  { secretId }: Secret,
): Promise<[count: number, at: string][]> {
  const query = { clientId, action: null, limit: EVENTS_SEEN, after: null }
  const events = await deps.auditEvents.list(query)
  const made = events.find((e) => e.action === 'secret.created' && e.target.id === secretId)
  const ends = events
    .filter((e) => e.action === 'secret.retired' && e.requestId === made?.requestId)
    .map(({ changes }) => secondInUtc(secondsOf(changes?.['retires_at']?.to)))
  return [...new Set(ends)].map((at) => [ends.filter((end) => end === at).length, at])
}

function secondsOf(time: unknown): Seconds {
  return Date.parse(String(time)) / 1000
}
