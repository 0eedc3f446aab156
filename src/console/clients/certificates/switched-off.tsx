import type { Deps } from '../../../domain/deps.ts'
import { takesCertificates } from '../../../domain/mtls-host.ts'

/** Says where a certificate does not work yet, and what it takes. */
export function SwitchedOff({ deps }: { deps: Pick<Deps, 'mtlsHost' | 'provesProxy'> }) {
  if (takesCertificates(deps)) return null
  return (
    <div class="note">
      <p>
        <b>Certificates aren’t switched on in this deployment</b>, so a client without another
        credential is refused. TLS must end at something that asks for certificates: set{' '}
        <code>MTLS_HOST</code> for a Cloudflare host, or{' '}
        <code>CLIENT_CERTIFICATE_PROXY_SECRET</code> for your own proxy (docs/certificates.md).
      </p>
    </div>
  )
}
