import type { Client } from '../../../domain/client.ts'
import { TOKEN_LIFETIME_MAX, TOKEN_LIFETIME_MIN } from '../../../domain/client-details.ts'
import { FEDERATED_TOKEN_LIFETIME, type TrustedIssuer } from '../../../domain/federation.ts'
import { LABEL_MAX } from '../../../domain/public-key.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field, FormToken, NOTHING_ENTERED, Problems } from '../../kit/field.tsx'
import { statusOfForm } from '../../kit/form-status.ts'
import { Select } from '../../kit/select.tsx'
import { page } from '../../kit/shell.tsx'
import { Submit } from '../../kit/submit.tsx'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { EndFields } from '../dialogs/end-fields.tsx'

type Shown = { client: Client; issuers: TrustedIssuer[] }

const TITLE = 'Add workload'

/** The form for a new federated credential: empty, or with what was typed before. */
export function newWorkloadPage(c: ConsoleContext, shown: Shown, entered = NOTHING_ENTERED) {
  const { client, issuers } = shown
  const path = clientPath(c.var.base, client)
  return page(
    c,
    { title: TITLE, section: 'clients', status: statusOfForm(entered) },
    <form method="post" action={`${path}/workloads`} class="narrow">
      <h1>{TITLE}</h1>
      <p>
        It may act as <bdi>{client.name}</bdi>, by the token that its platform gives it. Every
        condition must hold of that token. There is no secret to keep.
      </p>
      <Problems entered={entered} />
      <FormToken token={c.var.formToken} />
      {issuers.length === 0 ? (
        <NoIssuer base={c.var.base} />
      ) : (
        <Fields c={c} issuers={issuers} entered={entered} />
      )}
      <div class="actions">
        {issuers.length > 0 && <Submit label={TITLE} />}
        <a class="button quiet" href={path}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

function NoIssuer({ base }: { base: string }) {
  return (
    <div class="note">
      <p>
        No issuer is trusted yet. Say first which platform is:{' '}
        <a href={`${base}/issuers`}>workload issuers</a>.
      </p>
    </div>
  )
}

type FieldsProps = { c: ConsoleContext; issuers: TrustedIssuer[]; entered: Entered }

function Fields({ c, issuers, entered }: FieldsProps) {
  return (
    <section class="card">
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
        hint="The whole sub of its token, compared to the letter. Left empty, the claims alone decide."
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
    </section>
  )
}

function ClaimsHint() {
  return (
    <>
      One a line: <code>name = value</code>. A name that begins with <code>/</code> is a JSON
      Pointer. Type counts: <code>true</code>, <code>false</code> and numbers are what they look
      like, and in quotes they are text. GitHub and GitLab send everything as text: write{' '}
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
        hint="The most seconds that a token issued for it lives. That of the client holds where it is shorter."
      />
      <EndFields c={c} entered={entered} />
    </>
  )
}
