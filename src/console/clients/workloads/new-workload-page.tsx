import type { Client } from '../../../domain/client.ts'
import { TOKEN_LIFETIME_MAX, TOKEN_LIFETIME_MIN } from '../../../domain/client-details.ts'
import { FEDERATED_TOKEN_LIFETIME, type TrustedIssuer } from '../../../domain/federation.ts'
import { LABEL_MAX } from '../../../domain/public-key.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field, NOTHING_ENTERED } from '../../kit/field.tsx'
import { formPage } from '../../kit/form-page.tsx'
import { Select } from '../../kit/select.tsx'
import { clientPath, crumbsTo } from '../dialogs/change-page.tsx'
import { EndFields } from '../dialogs/end-fields.tsx'

type Shown = { client: Client; issuers: TrustedIssuer[] }

const TITLE = 'Add workload'

/** The form for a new federated credential: empty, or with what was typed before. */
export function newWorkloadPage(c: ConsoleContext, shown: Shown, entered = NOTHING_ENTERED) {
  const { client, issuers } = shown
  const path = clientPath(c.var.base, client)
  return formPage(c, {
    title: TITLE,
    about:
      'A workload acts as this client with the token that its platform gives it. Every condition must match that token.',
    section: 'clients',
    crumbs: crumbsTo(c, client),
    action: `${path}/workloads`,
    entered,
    label: issuers.length > 0 ? TITLE : null,
    cancel: path,
    call: {
      method: 'POST',
      path: `/clients/${client.clientId}/federated-credentials`,
      body: { issuer_id: issuers[0]?.issuerId ?? 'iss_…', claims: { environment: 'production' } },
      command: `workloads add ${client.clientId} --issuer-id ${issuers[0]?.issuerId ?? 'iss_…'} --claim environment=production`,
      isExample: true,
    },
    children:
      issuers.length === 0 ? (
        <NoIssuer base={c.var.base} />
      ) : (
        <Fields c={c} issuers={issuers} entered={entered} />
      ),
  })
}

function NoIssuer({ base }: { base: string }) {
  return (
    <div class="note">
      <p>
        No issuer is trusted yet. Add the workload’s platform first:{' '}
        <a href={`${base}/issuers`}>Workload issuers</a>.
      </p>
    </div>
  )
}

type FieldsProps = { c: ConsoleContext; issuers: TrustedIssuer[]; entered: Entered }

function Fields({ c, issuers, entered }: FieldsProps) {
  return (
    <>
      <Select
        name="issuer_id"
        label="Issuer"
        options={issuers.map(({ issuerId, name, issuer }) => [issuerId, `${name} (${issuer})`])}
        entered={entered}
        required
      />
      <Field
        name="subject"
        label="Subject (optional)"
        entered={entered}
        hint="The exact sub claim of its token. Leave empty to compare only the claims."
      />
      <Field name="claims" label="Claims" rows={4} entered={entered} hint={<ClaimsHint />} />
      <Field
        name="label"
        label="Label (optional)"
        maxlength={LABEL_MAX}
        entered={entered}
        hint="What runs there, such as “Deployment”."
      />
      <TermFields c={c} entered={entered} />
    </>
  )
}

function ClaimsHint() {
  return (
    <>
      One per line: <code>name = value</code>. A name that begins with <code>/</code> is a JSON
      Pointer. Types matter: <code>true</code>, <code>false</code> and numbers are what they look
      like; in quotes they are text. GitHub and GitLab send everything as text: write{' '}
      <code>repository_id = "123456"</code> and <code>ref_protected = "true"</code>.
    </>
  )
}

function TermFields({ c, entered }: Pick<FieldsProps, 'c' | 'entered'>) {
  return (
    <>
      <Field
        name="token_lifetime"
        label="Access token lifetime"
        type="number"
        min={String(TOKEN_LIFETIME_MIN)}
        max={String(TOKEN_LIFETIME_MAX)}
        value={String(FEDERATED_TOKEN_LIFETIME)}
        entered={entered}
        hint="In seconds. The client’s own lifetime applies if it is shorter."
      />
      <EndFields c={c} entered={entered} />
    </>
  )
}
