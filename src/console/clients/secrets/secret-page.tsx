import type { Client } from '../../../domain/client.ts'
import { isAllowed } from '../../../domain/policy.ts'
import { isLive, type Secret } from '../../../domain/secret.ts'
import type { Seconds } from '../../../domain/time.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { statusOfForm } from '../../kit/form-status.ts'
import { type Entered, FormToken, NOTHING_ENTERED } from '../../kit/field.tsx'
import { PageHead } from '../../kit/page-head.tsx'
import { Problems } from '../../kit/problems.tsx'
import { Submit } from '../../kit/submit.tsx'
import { Time } from '../../kit/time.tsx'
import { page } from '../../kit/shell.tsx'
import { secondInUtc } from '../../kit/words.ts'
import { clientPath, crumbsTo } from '../dialogs/change-page.tsx'
import { secretName } from '../../kit/secret-name.ts'

/** The page for a secret that may not have been seen. It offers a replacement. */
export async function secretPage(
  c: ConsoleContext,
  client: Client,
  secret: Secret,
  entered: Entered = NOTHING_ENTERED,
): Promise<Response> {
  const ended = await endedWith(c, client, secret)
  const name = secretName(secret)
  return page(
    c,
    { title: `Secret ${name}`, section: 'clients', status: statusOfForm(entered) },
    <>
      <PageHead title={`Secret ${name}`} crumbs={crumbsTo(c, client)} />
      <Problems entered={entered} />
      <section class="card form">
        <div class="pad">
          <p>
            Created for <bdi>{client.name}</bdi> at {secondInUtc(secret.createdAt)}. It was shown
            once and can’t be shown again.
          </p>
          {ended.map(([count, at]) => (
            <p>
              As the form asked,{' '}
              {count === 1 ? 'one other secret ends' : `${count} other secrets end`} at {at}.
            </p>
          ))}
          <Repair c={c} client={client} secret={secret} />
        </div>
      </section>
    </>,
  )
}

type RepairProps = { c: ConsoleContext; client: Client; secret: Secret }

/** Offers a replacement, unless the secret was used or does not work any more. */
function Repair({ c, client, secret }: RepairProps) {
  const path = clientPath(c.var.base, client)
  const now = c.var.deps.now()
  if (!isLive(secret, now)) {
    return (
      <p>
        It no longer works. <a href={path}>Go to the API client</a> to generate another one.
      </p>
    )
  }
  if (secret.lastUsedAt !== null) {
    return (
      <p>
        It was used <Time at={secret.lastUsedAt} now={now} />, so somebody has it.{' '}
        <a href={path}>Go to the API client</a>
      </p>
    )
  }
  if (!isAllowed(c.var.deps.policy, 'secret')) {
    return <p>It has not been used yet. This server allows no new secret in its place.</p>
  }
  return (
    <>
      <p>
        It has not been used yet. If you haven’t seen it, generate another one in its place: this
        one stops working at once.
      </p>
      <form method="post" action={`${path}/secrets/${secret.secretId}/replacement`}>
        <FormToken token={c.var.formToken} />
        <div class="actions">
          <Submit kind="primary" label="Generate another secret" />
          <a class="button" href={path}>
            I have the secret
          </a>
        </div>
      </form>
    </>
  )
}

const EVENTS_SEEN = 50

/** How many other secrets were ended by the change that created this one, by their end. */
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
