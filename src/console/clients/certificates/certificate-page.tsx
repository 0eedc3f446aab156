import type { Certificate } from '../../../domain/certificate.ts'
import type { Client } from '../../../domain/client.ts'
import { mtlsIssuer } from '../../../domain/mtls-host.ts'
import type { Seconds } from '../../../domain/time.ts'
import { creatorOf } from '../../kit/actor-words.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { page } from '../../kit/shell.tsx'
import { Time } from '../../kit/time.tsx'
import { minuteInUtc } from '../../kit/words.ts'
import { certificateName, recognisedInWords } from '../certificate-words.ts'
import { Card } from '../../kit/card.tsx'
import { PageHead } from '../../kit/page-head.tsx'
import { TitleWords } from '../../kit/title.tsx'
import { crumbsTo } from '../dialogs/change-page.tsx'
import { SnippetTabs } from '../../kit/snippet-tabs.tsx'
import { certificateSnippetsFor } from './snippets.ts'
import { SwitchedOff } from './switched-off.tsx'

/** A certificate, and how its client gets a token with it. */
export async function certificatePage(c: ConsoleContext, client: Client, certificate: Certificate) {
  const { deps } = c.var
  const name = certificateName(certificate)
  const creator = await creatorOf(deps, certificate)
  const endpoint = `${mtlsIssuer(deps.issuer, deps.mtlsHost)}/oauth/token`
  return page(
    c,
    { title: `Certificate ${name}`, section: 'clients' },
    <>
      <PageHead
        title={<TitleWords of={{ before: 'Certificate', name }} />}
        crumbs={crumbsTo(c, client)}
      />
      <SwitchedOff deps={deps} />
      <Card title="Get a token">
        <SnippetTabs snippets={certificateSnippetsFor(endpoint, client.clientId)} />
        <p>
          The client presents the certificate in the TLS handshake and sends its client ID, with no
          other credentials. {ASKS[certificate.material.by === 'thumbprint' ? 'self' : 'ca']}
        </p>
      </Card>
      <Card title="Details">
        <Facts of={certificate} creator={creator} now={deps.now()} />
      </Card>
    </>,
  )
}

const ASKS = {
  self: 'Only this certificate counts, whatever its chain (self_signed_tls_client_auth, RFC 8705).',
  ca: 'Any certificate with this name counts if it was issued by a CA that is trusted where TLS ends (tls_client_auth, RFC 8705).',
}

type FactsProps = { of: Certificate; creator: string; now: Seconds }

function Facts({ of: certificate, creator, now }: FactsProps) {
  const { material, expiresAt } = certificate
  const [kind, text] = recognisedInWords(material)
  return (
    <dl class="facts">
      <dt>Certificate ID</dt>
      <dd>
        <code>{certificate.certificateId}</code>
      </dd>
      <dt>{material.by === 'thumbprint' ? 'Subject' : kind}</dt>
      <dd>{text === '' ? 'none' : <bdi class="mono">{text}</bdi>}</dd>
      {material.by === 'thumbprint' && (
        <>
          <dt>Thumbprint (SHA-256)</dt>
          <dd>
            <code>{material.thumbprint}</code>
          </dd>
        </>
      )}
      <dt>Expires</dt>
      <dd>{expiresAt === null ? 'never' : minuteInUtc(expiresAt)}</dd>
      <dt>Last used</dt>
      <dd>
        <Time at={certificate.lastUsedAt} now={now} />
      </dd>
      <dt>Added</dt>
      <dd>
        <Time at={certificate.createdAt} now={now} /> by <bdi>{creator}</bdi>
      </dd>
    </dl>
  )
}
