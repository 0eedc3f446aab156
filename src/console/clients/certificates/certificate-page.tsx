import type { Certificate } from '../../../domain/certificate.ts'
import type { Client } from '../../../domain/client.ts'
import { mtlsIssuer } from '../../../domain/mtls-host.ts'
import type { Seconds } from '../../../domain/time.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { page } from '../../kit/shell.tsx'
import { Time } from '../../kit/time.tsx'
import { minuteInUtc } from '../../kit/words.ts'
import { certificateName, recognisedInWords } from '../certificate-words.ts'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { SnippetTabs } from '../snippet-tabs.tsx'
import { certificateSnippetsFor } from './snippets.ts'
import { SwitchedOff } from './switched-off.tsx'

/** A certificate, and how its client gets a token with it. */
export function certificatePage(c: ConsoleContext, client: Client, certificate: Certificate) {
  const { base, deps } = c.var
  const name = certificateName(certificate)
  const endpoint = `${mtlsIssuer(deps.issuer, deps.mtlsHost)}/oauth/token`
  return page(
    c,
    { title: `Certificate ${name}`, section: 'clients' },
    <>
      <a href={clientPath(base, client)}>← API client</a>
      <h1>
        Certificate <bdi>{name}</bdi>
      </h1>
      <SwitchedOff deps={deps} />
      <section class="card">
        <h2>Get a token with it</h2>
        <SnippetTabs snippets={certificateSnippetsFor(endpoint, client.clientId)} />
        <p>
          The client presents it in the TLS handshake, and sends its client ID and no other
          credentials. {ASKS[certificate.material.by === 'thumbprint' ? 'self' : 'ca']}
        </p>
      </section>
      <section class="card">
        <h2>About it</h2>
        <Facts of={certificate} now={deps.now()} />
      </section>
    </>,
  )
}

const ASKS = {
  self: 'Only this certificate counts, whatever its chain (self_signed_tls_client_auth, RFC 8705).',
  ca: 'Each certificate with this name counts if a CA issued it that is trusted where TLS ends (tls_client_auth, RFC 8705).',
}

function Facts({ of: certificate, now }: { of: Certificate; now: Seconds }) {
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
        <Time at={certificate.createdAt} now={now} /> by <code>{certificate.createdBy}</code>
      </dd>
    </dl>
  )
}
