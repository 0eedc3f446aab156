import type { Child } from 'hono/jsx'
import { CERTIFICATES_MAX } from '../../../domain/certificate.ts'
import { liveSecrets } from '../../../domain/client.ts'
import type { CredentialKind, StoredKind } from '../../../domain/credential.ts'
import { visibleCredentials } from '../../../domain/credentials-of.ts'
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
  table: (props: DetailsProps) => Child
}

const KINDS: Kind[] = [
  {
    kind: 'public_key',
    title: 'Public keys',
    what: 'Add public key',
    path: '/keys/new',
    max: PUBLIC_KEYS_MAX,
    table: (props) => <KeysTable {...props} />,
  },
  {
    kind: 'certificate',
    title: 'Certificates',
    what: 'Add certificate',
    path: '/certificates/new',
    max: CERTIFICATES_MAX,
    table: (props) => <CertificatesTable {...props} />,
  },
  {
    kind: 'federated_credential',
    title: 'Workload identity',
    what: 'Add workload',
    path: '/workloads/new',
    max: FEDERATED_CREDENTIALS_MAX,
    table: (props) => <WorkloadsTable {...props} />,
  },
]

/** How a client proves itself: the kinds that it has, and how to add one of the others. */
export function Credentials(props: DetailsProps) {
  const { client, now, mayManage } = props
  const held = visibleCredentials(client, now).map(({ kind }) => kind)
  const counted = KINDS.map((kind) => ({ kind, count: held.filter((k) => k === kind.kind).length }))
  return (
    <>
      <Secrets {...props} held={held} />
      {counted
        .filter(({ count }) => count > 0)
        .map(({ kind, count }) => (
          <Card
            title={kind.title}
            sub={`${count} of ${kind.max}`}
            more={<More {...props} kind={kind} count={count} />}
            isFlush
          >
            {kind.table(props)}
          </Card>
        ))}
      {mayManage && <Others {...props} held={held} />}
    </>
  )
}

type Held = { held: StoredKind[] }

function Secrets(props: DetailsProps & Held) {
  const { base, client, now, policy, mayManage, held } = props
  const live = liveSecrets(client, now).length
  const isFull = live >= LIVE_SECRETS_MAX
  const more = mayManage && <RotateButton {...{ base, client, now, policy }} />
  const sub = `${live} of ${LIVE_SECRETS_MAX}`
  const hasSecret = held.includes('secret')
  if (!hasSecret && held.length > 0) return null
  return (
    <Card title="Secrets" sub={sub} more={more} isFlush>
      {hasSecret ? (
        <SecretsTable {...props} />
      ) : (
        <p class="pad">No credentials: this client can’t get tokens.</p>
      )}
      {isFull && mayManage && <p class="pad hint">{FULL}</p>}
    </Card>
  )
}

function More(props: DetailsProps & { kind: Kind; count: number }) {
  const { base, client, policy, mayManage, count } = props
  const { kind, max, what, path, title } = props.kind
  return (
    <>
      {title === 'Workload identity' && (
        <a class="button" href={`${base}/workloads?client_id=${client.clientId}`}>
          Why is a token refused?
        </a>
      )}
      {mayManage && count < max && isAllowed(policy, kind) && (
        <a class="button" href={clientPath(base, client) + path}>
          {what}
        </a>
      )}
    </>
  )
}

/** Links to the kinds of credential that it does not have: what is not shared cannot leak. */
function Others({ base, client, policy, held }: DetailsProps & Held) {
  const missing = KINDS.filter(({ kind }) => !held.includes(kind))
  // Keys that the client publishes are instead of those that it has here.
  const possible = missing.filter(({ kind }) => kind !== 'public_key' || !held.includes('jwks_uri'))
  const others = possible.filter(({ kind }) => isAllowed(policy, kind))
  const path = clientPath(base, client)
  const isProvenOtherwise = held.length > 0 && !held.includes('secret')
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
