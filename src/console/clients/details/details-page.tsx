import type { DetailsProps } from './details-props.ts'
import { CERTIFICATES_MAX } from '../../../domain/certificate.ts'
import { liveSecrets, visibleSecrets } from '../../../domain/client.ts'
import { FEDERATED_CREDENTIALS_MAX } from '../../../domain/federation.ts'
import { PUBLIC_KEYS_MAX } from '../../../domain/public-key.ts'
import { LIVE_SECRETS_MAX } from '../../../domain/secret.ts'
import { Alert } from '../../kit/alert.tsx'
import { DialogButton } from '../../kit/dialog.tsx'
import { AccessList } from './access-list.tsx'
import { ChangeDialog, clientPath } from '../dialogs/change-dialog.tsx'
import {
  deleteChange,
  resumeChange,
  revokeTokensChange,
  suspendChange,
} from '../dialogs/client-changes.tsx'
import { Facts, State } from './facts.tsx'
import { Head } from './head.tsx'
import { deleteCertificateChange } from '../dialogs/certificate-changes.tsx'
import { deleteKeyChange } from '../dialogs/key-changes.tsx'
import { deleteWorkloadChange } from '../dialogs/workload-changes.tsx'
import { deleteSecretChange, secretChange } from '../dialogs/secret-changes.tsx'
import { CertificatesTable } from './certificates-table.tsx'
import { KeysTable } from './keys-table.tsx'
import { SecretsTable } from './secrets-table.tsx'
import { WorkloadsTable } from './workloads-table.tsx'
import { LongestToken } from '../token-size.tsx'

/** All about one client, with the changes that can be made to it. */
export function DetailsPage(props: DetailsProps) {
  const { client, now, mayManage, note, base, issuer, apis, roles } = props
  return (
    <>
      {note && (
        <Alert>
          <p>{note}</p>
        </Alert>
      )}
      <Head {...props} />
      <State client={client} now={now} />
      <section class="card">
        <div class="head">
          <h2>Secrets</h2>
          {mayManage && liveSecrets(client, now).length < LIVE_SECRETS_MAX && (
            <DialogButton dialog="new-secret">Generate new secret</DialogButton>
          )}
        </div>
        <SecretsTable client={client} now={now} mayManage={mayManage} />
      </section>
      <section class="card">
        <div class="head">
          <h2>Public keys</h2>
          {mayManage && client.publicKeys.length < PUBLIC_KEYS_MAX && (
            <a class="button" href={`${clientPath(base, client)}/keys/new`}>
              Add public key
            </a>
          )}
        </div>
        <KeysTable base={base} client={client} now={now} mayManage={mayManage} />
      </section>
      <Certificates {...props} />
      <Workloads {...props} />
      <section class="card">
        <div class="head">
          <h2>API access</h2>
          {mayManage && (
            <a class="button quiet" href={`${clientPath(base, client)}/access`}>
              Edit<span class="unseen"> API access</span>
            </a>
          )}
        </div>
        <AccessList client={client} apis={apis} roles={roles} />
        <LongestToken client={client} issuer={issuer} />
      </section>
      <section class="card">
        <h2>About it</h2>
        <Facts client={client} now={now} />
      </section>
      {mayManage && <Dialogs {...props} />}
    </>
  )
}

function Certificates({ base, client, now, mayManage }: DetailsProps) {
  return (
    <section class="card">
      <div class="head">
        <h2>Certificates</h2>
        {mayManage && client.certificates.length < CERTIFICATES_MAX && (
          <a class="button" href={`${clientPath(base, client)}/certificates/new`}>
            Add certificate
          </a>
        )}
      </div>
      <CertificatesTable {...{ base, client, now, mayManage }} />
    </section>
  )
}

function Workloads({ base, client, issuers, now, mayManage }: DetailsProps) {
  return (
    <section class="card">
      <div class="head">
        <h2>Workload identity</h2>
        <div class="actions">
          <a class="button quiet" href={`${base}/workloads?client_id=${client.clientId}`}>
            Why is a token refused?
          </a>
          {mayManage && client.federatedCredentials.length < FEDERATED_CREDENTIALS_MAX && (
            <a class="button" href={`${clientPath(base, client)}/workloads/new`}>
              Add workload
            </a>
          )}
        </div>
      </div>
      <WorkloadsTable {...{ client, issuers, now, mayManage }} />
    </section>
  )
}

function Dialogs({ base, formToken, client, now, lead }: DetailsProps) {
  const changes = [
    client.suspension ? resumeChange(client, now) : suspendChange(),
    secretChange(client, { now, lead }),
    revokeTokensChange(),
    deleteChange(client),
    ...visibleSecrets(client, now).map((secret) => deleteSecretChange(client, secret, now)),
    ...client.publicKeys.map((key) => deleteKeyChange(client, key, now)),
    ...client.certificates.map((one) => deleteCertificateChange(client, one, now)),
    ...client.federatedCredentials.map((rule) => deleteWorkloadChange(client, rule, now)),
  ]
  return (
    <>
      {changes.map((change) => (
        <ChangeDialog base={base} client={client} formToken={formToken} change={change} />
      ))}
    </>
  )
}
