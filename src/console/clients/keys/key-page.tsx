import {
  ASSERTION_LIFETIME,
  ASSERTION_JTI_MAX,
  STATIC_ASSERTION_LIFETIME,
} from '../../../domain/assertion.ts'
import type { Client } from '../../../domain/client.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import type { Seconds } from '../../../domain/time.ts'
import { creatorOf } from '../../kit/actor-words.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { page } from '../../kit/shell.tsx'
import { Time } from '../../kit/time.tsx'
import { durationInWords, minuteInUtc } from '../../kit/words.ts'
import { Card } from '../../kit/card.tsx'
import { PageHead } from '../../kit/page-head.tsx'
import { TitleWords } from '../../kit/title.tsx'
import { crumbsTo } from '../dialogs/change-page.tsx'
import { keyName } from '../key-name.ts'
import { Copied } from '../../kit/copied.tsx'
import { SnippetTabs } from '../../kit/snippet-tabs.tsx'
import { keySnippetsFor } from './snippets.ts'

/** A public key, and how its client gets a token with the private one. */
export async function keyPage(c: ConsoleContext, client: Client, key: PublicKey) {
  const { deps } = c.var
  const { issuer } = deps
  const name = keyName(key)
  const creator = await creatorOf(deps, key)
  return page(
    c,
    { title: `Public key ${name}`, section: 'clients' },
    <>
      <PageHead
        title={<TitleWords of={{ before: 'Public key', name }} />}
        crumbs={crumbsTo(c, client)}
      />
      <Card title="Get a token">
        <SnippetTabs snippets={keySnippetsFor({ issuer, clientId: client.clientId, key })} />
        <h3>The assertion</h3>
        <p>A JWT that the client signs with its private key (private_key_jwt, RFC 7523):</p>
        <Assertion issuer={issuer} client={client} of={key} />
      </Card>
      <Card title="Details">
        <Facts of={key} creator={creator} now={deps.now()} />
      </Card>
    </>,
  )
}

type AssertionProps = { issuer: string; client: Client; of: PublicKey }

function Assertion({ issuer, client, of: { kid, algorithm, replay } }: AssertionProps) {
  const isOnce = replay === 'once'
  const lifetime = isOnce ? ASSERTION_LIFETIME : STATIC_ASSERTION_LIFETIME
  const takesEndpoint = client.assertionAudience === 'issuer_or_token_endpoint'
  return (
    <dl class="facts">
      <dt>alg</dt>
      <dd>
        <code>{algorithm}</code>, and no other
      </dd>
      <dt>kid</dt>
      <dd>
        <code>{kid}</code> (optional)
      </dd>
      <dt>iss, sub</dt>
      <dd>
        <code>{client.clientId}</code>
      </dd>
      <dt>aud</dt>
      <dd>
        <code>{issuer}</code>
        {takesEndpoint && (
          <>
            , or <code>{issuer}/oauth/token</code>
          </>
        )}
      </dd>
      <dt>exp</dt>
      <dd>within {durationInWords(lifetime)} from now</dd>
      <dt>jti</dt>
      <dd>
        {isOnce
          ? `a new one for each assertion, up to ${ASSERTION_JTI_MAX} characters`
          : 'optional: an assertion is accepted again until it expires'}
      </dd>
    </dl>
  )
}

type FactsProps = { of: PublicKey; creator: string; now: Seconds }

function Facts({ of: key, creator, now }: FactsProps) {
  return (
    <>
      <dl class="facts">
        <dt>Key ID</dt>
        <dd>
          <code>{key.keyId}</code>
        </dd>
        <dt>Thumbprint</dt>
        <dd>
          <code>{key.thumbprint}</code>
        </dd>
        <dt>Accepts an assertion</dt>
        <dd>{key.replay === 'once' ? 'once' : 'until it expires'}</dd>
        <dt>Expires</dt>
        <dd>{key.expiresAt === null ? 'never' : minuteInUtc(key.expiresAt)}</dd>
        <dt>Last used</dt>
        <dd>
          <Time at={key.lastUsedAt} now={now} />
        </dd>
        <dt>Added</dt>
        <dd>
          <Time at={key.createdAt} now={now} /> by <bdi>{creator}</bdi>
        </dd>
      </dl>
      <h3>As a JWK</h3>
      <Copied id="jwk" what="JWK" text={JSON.stringify(key.jwk, null, 2)} />
    </>
  )
}
