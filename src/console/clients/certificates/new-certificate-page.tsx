import { CERTIFICATE_NAMES } from '../../../domain/certificate.ts'
import type { Client } from '../../../domain/client.ts'
import { LABEL_MAX } from '../../../domain/public-key.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field, FormToken, NOTHING_ENTERED, Problems } from '../../kit/field.tsx'
import { statusOfForm } from '../../kit/form-status.ts'
import { withoutPrivateKey } from '../../kit/private-key.ts'
import { Select } from '../../kit/select.tsx'
import { page } from '../../kit/shell.tsx'
import { Submit } from '../../kit/submit.tsx'
import { NAME_WORDS } from '../certificate-words.ts'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { EndField } from '../dialogs/end-fields.tsx'
import { RemindBox } from '../dialogs/secret-fields.tsx'
import { Copied } from '../snippet-tabs.tsx'
import { chosenName } from './certificate-input.ts'
import { SELF_SIGNED } from './snippets.ts'
import { SwitchedOff } from './switched-off.tsx'

/** The form for a new certificate: empty, or with what was typed before. */
export function newCertificatePage(
  c: ConsoleContext,
  client: Client,
  typed: Entered = NOTHING_ENTERED,
) {
  const entered = { ...typed, values: withoutPrivateKey(typed.values, 'pem') }
  const path = clientPath(c.var.base, client)
  const title = 'Add certificate'
  return page(
    c,
    { title, section: 'clients', status: statusOfForm(entered) },
    <form method="post" action={`${path}/certificates`} class="narrow">
      <h1>{title}</h1>
      <p>
        Of <bdi>{client.name}</bdi>, which presents it in the TLS handshake and keeps its private
        key. Portcullis never sees that key.
      </p>
      <SwitchedOff deps={c.var.deps} />
      <Problems entered={entered} />
      <FormToken token={c.var.formToken} />
      <section class="card">
        <Choices
          name="by"
          legend="How it is recognised"
          choices={WAYS}
          chosen={entered.values.get('by') ?? 'pem'}
        />
        <PemFields entered={entered} />
        <NameFields c={c} entered={entered} />
        <Field
          name="label"
          label="Label (optional)"
          maxlength={LABEL_MAX}
          entered={entered}
          hint="Where its private key is kept, such as “Export server”."
        />
        <RemindBox entered={entered} lead={c.var.deps.reminderLead} remind />
      </section>
      <div class="actions">
        <Submit label={title} />
        <a class="button quiet" href={path}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

const WAYS: Choice[] = [
  [
    'pem',
    'One exact certificate',
    'Pasted here, such as one that the client signs itself. It ends at its own date.',
  ],
  [
    'name',
    'A name that a CA gives to this client alone',
    'Of the CA that you trust where TLS ends. The client may renew its certificate as often as it likes.',
  ],
]

/** With a script, the fields of a way that is not chosen are left out. */
function PemFields({ entered }: { entered: Entered }) {
  return (
    <fieldset class="of-secret" data-for="by=pem">
      <legend class="unseen">One exact certificate</legend>
      <Field
        name="pem"
        label="Certificate"
        rows={6}
        entered={entered}
        hint="A PEM block (-----BEGIN CERTIFICATE-----)."
      />
      <p class="hint">
        The client can sign one itself. Run this where it runs. It writes a private key, which stays
        there, and client.pem; paste that.
      </p>
      <Copied id="self-signed" what="command" text={SELF_SIGNED} />
    </fieldset>
  )
}

function NameFields({ c, entered }: { c: ConsoleContext; entered: Entered }) {
  return (
    <fieldset class="of-secret" data-for="by=name">
      <legend class="unseen">A name that a CA gives</legend>
      <Select
        name="kind"
        label="Kind of name"
        options={CERTIFICATE_NAMES.map((name) => [name, NAME_WORDS[name]])}
        entered={entered}
      />
      <Field
        name="name"
        label="Name"
        entered={entered}
        errorName={chosenName(entered.values) ?? 'name'}
        hint={
          <>
            A subject is all of it, as{' '}
            <code>openssl x509 -noout -subject -nameopt RFC2253 -in client.pem</code> prints it:{' '}
            <code>CN=exports,O=Example GmbH,C=DE</code>. Any other is an alternative name of the
            certificate.
          </>
        }
      />
      <EndField c={c} entered={entered} />
    </fieldset>
  )
}
