import { findClient } from '../../../actions/clients/change-client.ts'
import { copyOf } from '../../../actions/clients/duplicate-client.ts'
import {
  type NewClient,
  createClient,
  type RegisteredClient,
} from '../../../actions/clients/create-client.ts'
import type { Client } from '../../../domain/client.ts'
import type { StoredKind } from '../../../domain/credential.ts'
import { credentialsOf } from '../../../domain/credentials-of.ts'
import { isAllowed } from '../../../domain/policy.ts'
import { takesCertificates } from '../../../domain/mtls-host.ts'
import { redirectWithFlash } from '../../forms/flash.ts'
import type { Repeat } from '../../forms/form-handler.ts'
import { formRoute } from '../../forms/run-form.ts'
import { AccessFields, readChoices } from './access-fields.tsx'
import { termsOf } from '../dialogs/secret-changes.tsx'
import { CredentialFields, KIND_OF } from './credential-fields.tsx'
import { NameFields } from './details-fields.tsx'
import { MoreFields } from './more-fields.tsx'
import { parseNewClient, type Proof, proofIn } from '../form-input.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { type Entered, NOTHING_ENTERED } from '../../kit/field.tsx'
import type { Call } from '../../kit/as-command.tsx'
import { formPage } from '../../kit/form-page.tsx'
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

type FormProps = { title: string; from: From; call: Call; note?: string }

/** The form: empty, filled in from another client, or with what was typed before. */
async function form(
  c: ConsoleContext,
  { title, from, call, note }: FormProps,
  entered: Entered = NOTHING_ENTERED,
) {
  const { base, deps } = c.var
  const choices = await readChoices(deps)
  const terms = termsOf(deps)
  const withCertificate = takesCertificates(deps)
  return formPage(c, {
    title,
    section: 'clients',
    crumbs: [['API clients', `${base}/clients`]],
    action: `${base}/clients`,
    entered,
    label: 'Create API client',
    cancel: `${base}/clients`,
    note: note && <p class="note">{note}</p>,
    call,
    children: (
      <>
        <NameFields entered={entered} client={from} />
        <div class="section">
          <CredentialFields {...{ entered, from, withCertificate }} {...terms} />
        </div>
        <div class="section">
          <AccessFields entered={entered} choices={choices} given={from} base={base} />
        </div>
        <MoreFields entered={entered} client={from} policy={deps.policy} />
      </>
    ),
  })
}

const CREATE: FormProps = {
  title: 'Create API client',
  from: NOTHING,
  call: {
    method: 'POST',
    path: '/clients',
    body: { client_name: 'Nightly export' },
    command: "clients create 'Nightly export'",
    isExample: true,
  },
}

async function showDuplicate(c: ConsoleContext) {
  const original = await findClient(c.var.deps, pathId(c, 'client_id'))
  const title = 'Duplicate API client'
  return form(c, {
    title,
    from: fromCopyOf(original),
    call: callFor(original),
    ...noteOn(original),
  })
}

/** The server makes the copy of a client without a secret without one too. */
function callFor({ clientId, secrets }: Client): Call {
  const flag = secrets.length > 0 ? '' : ' --no-secret'
  return {
    method: 'POST',
    path: `/clients/${clientId}/duplicates`,
    command: `clients duplicate ${clientId}${flag}`,
  }
}

function fromCopyOf(original: Client): From {
  const { secret, ...copy } = copyOf(original)
  return { ...copy, proof: proofOf(original), secret: { remind: secret?.remind ?? true } }
}

/** A copy of a client without a secret is to have none either. */
function proofOf(original: Client): Proof {
  const kinds = new Set(credentialsOf(original).map(({ kind }) => kind))
  if (kinds.has('secret')) return 'secret'
  if (kinds.has('federated_credential')) return 'workload'
  if (kinds.has('public_key') || kinds.has('jwks_uri')) return 'public_key'
  return kinds.has('certificate') ? 'certificate' : 'secret'
}

const NOT_COPIED: Partial<Record<StoredKind, string>> = {
  public_key: 'Public keys are not copied: each client needs its own.',
  jwks_uri: 'The JWKS URL is not copied: each client needs keys of its own.',
  certificate: 'Certificates are not copied: each client needs its own.',
  federated_credential: 'Workloads are not copied: each acts as one client.',
}

function noteOn(original: Client): { note?: string } {
  const kinds = new Set(credentialsOf(original).map(({ kind }) => kind))
  const notes = [...kinds].flatMap((kind) => NOT_COPIED[kind] ?? [])
  return notes.length > 0 ? { note: notes.join(' ') } : {}
}

const right = 'clients:manage'

const create = formRoute({
  path: '/clients',
  right,
  parse: (c) => parseNewClient(c.var.form, c.var.deps.now(), c.var.deps.policy),
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
  const proof = proofIn(c.var.form)
  const isNext = isAllowed(c.var.deps.policy, KIND_OF[proof])
  const path = isNext ? `/clients/${id}/${NEXT[proof]}/new` : `/clients/${id}`
  return redirectWithFlash(c, path, { kind: 'client.created', id, name, at })
}

export const clientCreateRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/new', right, handle: (c) => form(c, CREATE) },
  create,
  { method: 'GET', path: '/clients/:client_id/duplicate', right, handle: showDuplicate },
]
