import { CERTIFICATE_NAMES } from '../../../domain/certificate.ts'
import type { Client } from '../../../domain/client.ts'
import { LABEL_MAX } from '../../../domain/public-key.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field, NOTHING_ENTERED, withErrorsAt } from '../../kit/field.tsx'
import { formPage } from '../../kit/form-page.tsx'
import { withoutPrivateKey } from '../../kit/private-key.ts'
import { Select } from '../../kit/select.tsx'
import { NAME_WORDS } from '../certificate-words.ts'
import { clientPath, crumbsTo } from '../dialogs/change-page.tsx'
import { EndField } from '../dialogs/end-fields.tsx'
import { RemindBox } from '../dialogs/secret-fields.tsx'
import { Copied } from '../../kit/copied.tsx'
import { chosenName } from './certificate-input.ts'
import { SELF_SIGNED } from './snippets.ts'
import { SwitchedOff } from './switched-off.tsx'

/** The form for a new certificate: empty, or with what was typed before. */
export function newCertificatePage(
  c: ConsoleContext,
  client: Client,
  typed: Entered = NOTHING_ENTERED,
) {
  const values = withoutPrivateKey(typed.values, 'pem')
  const by = chosenName(values)
  const entered = withErrorsAt({ ...typed, values }, by === null ? {} : { [by]: 'name' })
  const path = clientPath(c.var.base, client)
  return formPage(c, {
    title: 'Add certificate',
    about:
      'The client presents it in the TLS handshake and keeps its private key. Portcullis never sees that key.',
    section: 'clients',
    crumbs: crumbsTo(c, client),
    action: `${path}/certificates`,
    entered,
    label: 'Add certificate',
    cancel: path,
    call: {
      method: 'POST',
      path: `/clients/${client.clientId}/certificates`,
      body: { pem: '-----BEGIN CERTIFICATE-----…' },
      command: `certificates add ${client.clientId} client.pem`,
      isExample: true,
    },
    note: <SwitchedOff deps={c.var.deps} />,
    children: (
      <>
        <Choices
          name="by"
          legend="Recognised by"
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
          hint="Where the private key is kept, such as “Export server”."
        />
        <RemindBox entered={entered} days={c.var.deps.reminderDays} remind />
      </>
    ),
  })
}

const WAYS: Choice[] = [
  [
    'pem',
    'One exact certificate',
    'Paste it here, for example one that the client signed itself. It expires on its own date.',
  ],
  [
    'name',
    'A name that a CA gives only to this client',
    'Issued by a CA that is trusted where TLS ends. The client can renew its certificate as often as it likes.',
  ],
]

/** With a script, the fields of a way that is not chosen are left out. */
function PemFields({ entered }: { entered: Entered }) {
  return (
    <fieldset data-for="by=pem">
      <legend class="unseen">One exact certificate</legend>
      <Field
        name="pem"
        label="Certificate"
        rows={6}
        entered={entered}
        hint="A PEM block (-----BEGIN CERTIFICATE-----)."
      />
      <p class="hint">
        The client can sign one itself. Run this where the client runs. It writes a private key,
        which stays there, and client.pem, to paste here.
      </p>
      <Copied id="self-signed" what="command" text={SELF_SIGNED} />
    </fieldset>
  )
}

function NameFields({ c, entered }: { c: ConsoleContext; entered: Entered }) {
  return (
    <fieldset data-for="by=name">
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
        hint={
          <>
            The whole subject, as{' '}
            <code>openssl x509 -noout -subject -nameopt RFC2253 -in client.pem</code> prints it:{' '}
            <code>CN=exports,O=Example GmbH,C=DE</code>. The other kinds are subject alternative
            names.
          </>
        }
      />
      <EndField c={c} entered={entered} />
    </fieldset>
  )
}
