import type { Deps } from '../../../domain/deps.ts'
import { takesCertificates } from '../../../domain/mtls-host.ts'

/** Says where a certificate does not work yet, and what it takes. */
export function SwitchedOff({ deps }: { deps: Pick<Deps, 'mtlsHost' | 'provesProxy'> }) {
  if (takesCertificates(deps)) return null
  return (
    <div class="note">
      <p>
        <b>Certificates are not switched on in this deployment</b>: a client that has nothing else
        to prove itself with is refused. TLS has to end at something that asks for certificates: set{' '}
        <code>MTLS_HOST</code> for a host of Cloudflare, or{' '}
        <code>CLIENT_CERTIFICATE_PROXY_SECRET</code> for a proxy of your own (docs/certificates.md).
      </p>
    </div>
  )
}
