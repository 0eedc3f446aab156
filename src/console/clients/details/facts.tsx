import type { Client } from '../../../domain/client.ts'
import type { Seconds } from '../../../domain/time.ts'
import { CopyButton } from '../../kit/copy.tsx'
import { Time } from '../../kit/time.tsx'
import { durationInWords } from '../../kit/words.ts'
import { reasonsInWords } from '../reasons.ts'

/** Says why the client is in this state, and whether its last change is still being propagated. */
export function State({ client, now }: { client: Client; now: Seconds }) {
  const { suspension, propagation } = client
  const reasons = reasonsInWords(client, now)
  if (!suspension && reasons.length === 0 && propagation === 'complete') return null
  return (
    <div class="note">
      {suspension && (
        <p>
          Suspended <Time at={suspension.at} now={now} />: it gets no token, and none it has is
          active.
          {suspension.reason && (
            <>
              {' '}
              Reason: <bdi>{suspension.reason}</bdi>
            </>
          )}
        </p>
      )}
      {reasons.map((reason) => (
        <p>{reason}.</p>
      ))}
      {propagation === 'pending' && (
        <p>
          The last change holds here already and is still on its way to the denylist that some APIs
          read. It is tried again every minute.
        </p>
      )}
    </div>
  )
}

export function Facts({ client, now }: { client: Client; now: Seconds }) {
  return (
    <dl class="facts">
      <dt>Client ID</dt>
      <dd class="copy">
        <code id="client-id">{client.clientId}</code>
        <CopyButton of="client-id" what="Client ID" />
      </dd>
      {client.description && (
        <>
          <dt>Description</dt>
          <dd class="lines">
            <bdi>{client.description}</bdi>
          </dd>
        </>
      )}
      {client.tags.length > 0 && (
        <>
          <dt>Tags</dt>
          <dd>{client.tags.join(' ')}</dd>
        </>
      )}
      <dt>Access token lifetime</dt>
      <dd>{durationInWords(client.accessTokenLifetime)}</dd>
      <dt>Rotates its own secret</dt>
      <dd>{client.allowSelfRotation ? 'allowed' : 'not allowed'}</dd>
      {client.assertionAudience !== 'issuer' && (
        <>
          <dt>Audience of assertions</dt>
          <dd>the issuer or the token endpoint</dd>
        </>
      )}
      {client.profile !== null && (
        <>
          <dt>Security profile</dt>
          <dd>FAPI 2.0</dd>
        </>
      )}
      {client.boundSince !== null && (
        <>
          <dt>Tokens bound to its keys</dt>
          <dd>
            since <Time at={client.boundSince} now={now} />
          </dd>
        </>
      )}
      <dt>Last token</dt>
      <dd>
        <Time at={client.lastTokenAt} now={now} />
      </dd>
      {client.tokensValidFrom !== null && (
        <>
          <dt>Tokens revoked</dt>
          <dd>
            all issued until <Time at={client.tokensValidFrom} now={now} />
          </dd>
        </>
      )}
      <dt>Created</dt>
      <dd>
        <Time at={client.createdAt} now={now} /> by <code>{client.createdBy}</code>
      </dd>
      <dt>Changed</dt>
      <dd>
        <Time at={client.updatedAt} now={now} />
      </dd>
    </dl>
  )
}
