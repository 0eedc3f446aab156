import { findClient } from '../../../actions/clients/change-client.ts'
import { copyOf } from '../../../actions/clients/duplicate-client.ts'
import {
  type NewClient,
  createClient,
  type RegisteredClient,
} from '../../../actions/clients/create-client.ts'
import type { Client } from '../../../domain/client.ts'
import { takesCertificates } from '../../../domain/mtls-host.ts'
import { redirectWithFlash } from '../../forms/flash.ts'
import type { Repeat } from '../../forms/form-handler.ts'
import { formRoute } from '../../forms/run-form.ts'
import { AccessFields, readChoices } from './access-fields.tsx'
import { CredentialFields } from './credential-fields.tsx'
import { LifetimeField, NameFields, SelfRotationField } from './details-fields.tsx'
import { AudienceField, BindingField, ProfileField } from './security-fields.tsx'
import { parseNewClient, type Proof, proofIn } from '../form-input.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { statusOfForm } from '../../kit/form-status.ts'
import { type Entered, FormToken, NOTHING_ENTERED, Problems } from '../../kit/field.tsx'
import { Submit } from '../../kit/submit.tsx'
import { page } from '../../kit/shell.tsx'
import { credentialsPage } from '../secrets/credentials-page.tsx'
import { clientMadeBefore } from '../secrets/made-before.ts'

/** The values that the form begins with. */
type From = NewClient & { proof: Proof; secret: { remind: boolean } }

const NOTHING: From = {
  name: '',
  roles: [],
  permissions: [],
  proof: 'secret',
  secret: { remind: true },
}

type FormProps = { title: string; from: From; note?: string }

/** The form: empty, filled in from another client, or with what was typed before. */
async function form(
  c: ConsoleContext,
  { title, from, note }: FormProps,
  entered: Entered = NOTHING_ENTERED,
) {
  const { base, deps, formToken } = c.var
  const choices = await readChoices(deps)
  const terms = { now: deps.now(), lead: deps.reminderLead }
  return page(
    c,
    { title, section: 'clients', status: statusOfForm(entered) },
    <form method="post" action={`${base}/clients`} class="narrow">
      <h1>{title}</h1>
      <Problems entered={entered} />
      {note && <p class="note">{note}</p>}
      <FormToken token={formToken} />
      <section class="card">
        <NameFields entered={entered} client={from} />
        <CredentialFields
          {...{ entered, from, withCertificate: takesCertificates(deps) }}
          {...terms}
        />
        <SelfRotationField entered={entered} client={from} />
        <LifetimeField entered={entered} client={from} />
        <AudienceField entered={entered} client={from} />
        <BindingField entered={entered} client={from} />
        <ProfileField entered={entered} client={from} />
      </section>
      <section class="card">
        <h2>API access</h2>
        <p class="hint">What it may do. It can be changed later.</p>
        <AccessFields entered={entered} choices={choices} given={from} base={base} />
      </section>
      <div class="actions">
        <Submit label="Create API client" />
        <a class="button quiet" href={`${base}/clients`}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

const CREATE: FormProps = { title: 'Create API client', from: NOTHING }

async function showDuplicate(c: ConsoleContext) {
  const original = await findClient(c.var.deps, pathId(c, 'client_id'))
  const title = 'Duplicate API client'
  return form(c, { title, from: fromCopyOf(original), ...noteOn(original) })
}

function fromCopyOf(original: Client): From {
  const { secret, ...copy } = copyOf(original)
  return { ...copy, proof: proofOf(original), secret: { remind: secret?.remind ?? true } }
}

/** A copy of a client without a secret is to have none either. */
function proofOf({ secrets, publicKeys, certificates, federatedCredentials }: Client): Proof {
  if (secrets.length > 0) return 'secret'
  if (federatedCredentials.length > 0) return 'workload'
  if (publicKeys.length > 0) return 'public_key'
  return certificates.length > 0 ? 'certificate' : 'secret'
}

function noteOn({ publicKeys, certificates }: Client): { note?: string } {
  const notes = [
    publicKeys.length > 0
      ? 'Its public keys are not copied: each client needs a key of its own.'
      : '',
    certificates.length > 0
      ? 'Its certificates are not copied: each client needs one of its own.'
      : '',
  ].filter(Boolean)
  return notes.length > 0 ? { note: notes.join(' ') } : {}
}

const right = 'clients:manage'

const create = formRoute({
  path: '/clients',
  right,
  parse: (c) => parseNewClient(c.var.form, c.var.deps.now()),
  run: (c, request, input) => createClient(c.var.deps, request, input),
  done,
  repeat,
  show: (c, entered) => form(c, CREATE, entered),
})

function done(c: ConsoleContext, { client, secretText }: RegisteredClient) {
  if (secretText !== null) return credentialsPage(c, client, secretText)
  return toNextCredential(c, client, client.updatedAt)
}

async function repeat(c: ConsoleContext, made: Repeat) {
  if (proofIn(c.var.form) === 'secret') return clientMadeBefore(c, made)
  return toNextCredential(c, await findClient(c.var.deps, made.id), made.at)
}

const NEXT: Record<Proof, string> = {
  secret: 'secrets',
  public_key: 'keys',
  certificate: 'certificates',
  workload: 'workloads',
}

/** A client without a secret needs another credential next. */
function toNextCredential(c: ConsoleContext, { clientId: id, name }: Client, at: number) {
  const kind = NEXT[proofIn(c.var.form)]
  const path = `/clients/${id}/${kind}/new`
  return redirectWithFlash(c, path, { kind: 'client.created', id, name, at })
}

export const clientCreateRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/new', right, handle: (c) => form(c, CREATE) },
  create,
  { method: 'GET', path: '/clients/:client_id/duplicate', right, handle: showDuplicate },
]
