import type { Child } from 'hono/jsx'
import type { Api, ApiPermission } from '../../domain/api.ts'
import type { InUse } from '../../domain/in-use.ts'
import { quoted } from '../kit/as-command.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { DialogLink } from '../kit/dialog.tsx'
import { type Entered, Field } from '../kit/field.tsx'
import { formPage } from '../kit/form-page.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { type Column, Table } from '../kit/table.tsx'
import { versionSeen } from '../kit/versions.tsx'
import { ConfirmAudience } from './confirm-audience.tsx'
import { Protect } from './protect.tsx'
import { lineOf } from './lines.ts'

const ROWS_MIN = 6

const EXAMPLE = {
  name: 'Billing',
  audience: 'https://api.example.com',
  permissions: [{ permission: 'invoices:read', description: 'Read invoices' }],
}

function bodyOf(api: Api | undefined) {
  return api ? { name: api.name, permissions: api.permissions } : EXAMPLE
}

function commandFor(api: Api | undefined): string {
  if (api) return `apis edit ${api.apiId} --name ${quoted(api.name)}`
  const permissions = EXAMPLE.permissions.map(
    ({ permission, description }) => `--permission ${quoted(`${permission}=${description}`)}`,
  )
  return [`apis create ${EXAMPLE.audience} --name ${EXAMPLE.name}`, ...permissions].join(' ')
}

/** The form for an API; without `api`, for a new one. */
export function apiForm(
  c: ConsoleContext,
  entered: Entered,
  api?: Api,
  { used, users }: { used?: Child; users?: InUse | undefined } = {},
) {
  const list = `${c.var.base}/apis`
  return formPage(c, {
    title: api?.name ?? 'Add API',
    heading: api && <bdi>{api.name}</bdi>,
    section: 'apis',
    crumbs: [['APIs', list]],
    action: api ? `${list}/${api.apiId}` : list,
    version: api && versionSeen(entered, api.version),
    entered,
    label: api ? 'Save' : 'Add API',
    cancel: list,
    call: {
      method: api ? 'PATCH' : 'POST',
      path: api ? `/apis/${api.apiId}` : '/apis',
      body: bodyOf(api),
      command: commandFor(api),
      isExample: !api,
    },
    more: api && (
      <DialogLink href={`${list}/${api.apiId}/deletion`} kind="danger">
        Delete…
      </DialogLink>
    ),
    after: api && (
      <>
        {used}
        <Protect issuer={c.var.deps.issuer} api={api} />
      </>
    ),
    children: (
      <Fields api={api} entered={entered}>
        {api && users && (
          <ConfirmAudience base={c.var.base} api={api} users={users} entered={entered} />
        )}
      </Fields>
    ),
  })
}

type FieldsProps = { api: Api | undefined; entered: Entered; children: Child }

function Fields({ api, entered, children }: FieldsProps) {
  const lines = (api?.permissions ?? []).map(lineOf)
  return (
    <>
      <Field name="name" label="Name" entered={entered} value={api?.name ?? ''} required />
      <Field
        name="audience"
        label="Audience"
        entered={entered}
        value={api?.audience ?? ''}
        hint="The URI that tokens name in aud, such as https://api.example.com. The API rejects tokens for any other."
        required
      />
      {children}
      <Field
        name="permissions"
        label="Permissions"
        entered={entered}
        value={lines.join('\n')}
        rows={ROWS_MIN}
        hint={
          <>
            One permission per line: <code>permission | group | description</code>. Group and
            description are optional. A permission that a client or role has can’t be removed:
            remove it from them first.
          </>
        }
      />
    </>
  )
}

type ApiFactsProps = { base: string; issuer: string; api: Api; used: Child }

/** Shows an API to visitors who may not change it, and the API that cannot be changed. */
export function ApiFacts({ base, issuer, api, used }: ApiFactsProps) {
  const { name, audience, permissions, isOwn } = api
  return (
    <>
      <PageHead
        title={<bdi>{name}</bdi>}
        crumbs={[['APIs', `${base}/apis`]]}
        about={
          isOwn ? 'The administration of Portcullis. It can’t be changed or deleted.' : undefined
        }
      />
      <section class="card">
        <header>
          <code>{audience}</code>
        </header>
        <Table label="Permissions" columns={COLUMNS} rows={permissions} />
      </section>
      {used}
      {!isOwn && <Protect issuer={issuer} api={api} />}
    </>
  )
}

const COLUMNS: Column<ApiPermission>[] = [
  { head: 'Permission', cell: ({ permission }) => <code>{permission}</code> },
  { head: 'Group', kind: 'wide', cell: ({ group }) => <bdi>{group}</bdi> },
  { head: 'Description', cell: ({ description }) => <bdi>{description}</bdi> },
]
