import type { Child } from 'hono/jsx'
import { CERTIFICATES_MAX } from '../../../domain/certificate.ts'
import { type Client, liveSecrets } from '../../../domain/client.ts'
import type { CredentialKind } from '../../../domain/credential.ts'
import { FEDERATED_CREDENTIALS_MAX } from '../../../domain/federation.ts'
import { isAllowed } from '../../../domain/policy.ts'
import { PUBLIC_KEYS_MAX } from '../../../domain/public-key.ts'
import { LIVE_SECRETS_MAX } from '../../../domain/secret.ts'
import { Card } from '../../kit/card.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { CertificatesTable } from './certificates-table.tsx'
import type { DetailsProps } from './details-props.ts'
import { KeysTable } from './keys-table.tsx'
import { FULL, RotateButton } from './rotate-button.tsx'
import { SecretsTable } from './secrets-table.tsx'
import { WorkloadsTable } from './workloads-table.tsx'

/** A kind of credential besides secrets. */
type Kind = {
  kind: CredentialKind
  title: string
  what: string
  path: string
  max: number
  count: (client: Client) => number
  table: (props: DetailsProps) => Child
}

const KINDS: Kind[] = [
  {
    kind: 'public_key',
    title: 'Public keys',
    what: 'Add public key',
    path: '/keys/new',
    max: PUBLIC_KEYS_MAX,
    count: ({ publicKeys }) => publicKeys.length,
    table: (props) => <KeysTable {...props} />,
  },
  {
    kind: 'certificate',
    title: 'Certificates',
    what: 'Add certificate',
    path: '/certificates/new',
    max: CERTIFICATES_MAX,
    count: ({ certificates }) => certificates.length,
    table: (props) => <CertificatesTable {...props} />,
  },
  {
    kind: 'federated_credential',
    title: 'Workload identity',
    what: 'Add workload',
    path: '/workloads/new',
    max: FEDERATED_CREDENTIALS_MAX,
    count: ({ federatedCredentials }) => federatedCredentials.length,
    table: (props) => <WorkloadsTable {...props} />,
  },
]

/** How a client proves itself: the kinds that it has, and how to add one of the others. */
export function Credentials(props: DetailsProps) {
  const { client, mayManage } = props
  return (
    <>
      <Secrets {...props} />
      {KINDS.filter(({ count }) => count(client) > 0).map((kind) => (
        <Card
          title={kind.title}
          sub={`${kind.count(client)} of ${kind.max}`}
          more={<More {...props} kind={kind} />}
          isFlush
        >
          {kind.table(props)}
        </Card>
      ))}
      {mayManage && <Others {...props} />}
    </>
  )
}

function Secrets(props: DetailsProps) {
  const { base, client, now, policy, mayManage } = props
  const live = liveSecrets(client, now).length
  const isFull = live >= LIVE_SECRETS_MAX
  const isProvenOtherwise = KINDS.some(({ count }) => count(client) > 0)
  const more = mayManage && <RotateButton {...{ base, client, now, policy }} />
  const sub = `${live} of ${LIVE_SECRETS_MAX}`
  if (client.secrets.length === 0 && isProvenOtherwise) return null
  return (
    <Card title="Secrets" sub={sub} more={more} isFlush>
      {client.secrets.length === 0 ? (
        <p class="pad">No credentials: this client can’t get tokens.</p>
      ) : (
        <SecretsTable {...props} />
      )}
      {isFull && mayManage && <p class="pad hint">{FULL}</p>}
    </Card>
  )
}

function More({ base, client, policy, mayManage, kind: of }: DetailsProps & { kind: Kind }) {
  const { kind, count, max, what, path, title } = of
  return (
    <>
      {title === 'Workload identity' && (
        <a class="button" href={`${base}/workloads?client_id=${client.clientId}`}>
          Why is a token refused?
        </a>
      )}
      {mayManage && count(client) < max && isAllowed(policy, kind) && (
        <a class="button" href={clientPath(base, client) + path}>
          {what}
        </a>
      )}
    </>
  )
}

/** Links to the kinds of credential that it does not have: what is not shared cannot leak. */
function Others({ base, client, policy }: DetailsProps) {
  const missing = KINDS.filter(({ count }) => count(client) === 0)
  const others = missing.filter(({ kind }) => isAllowed(policy, kind))
  const path = clientPath(base, client)
  const isProvenOtherwise = client.secrets.length === 0 && missing.length < KINDS.length
  const hasNoSecret = isProvenOtherwise && isAllowed(policy, 'secret')
  if (others.length === 0 && !hasNoSecret) return null
  return (
    <div class="actions others">
      <span class="faint">Other ways to prove itself:</span>
      {others.map(({ what, path: beneath }) => (
        <a href={path + beneath}>{what}</a>
      ))}
      {hasNoSecret && (
        <a href={`${path}/secrets/new`} data-dialog="">
          Generate a secret
        </a>
      )}
    </div>
  )
}
