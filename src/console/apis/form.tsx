import type { Api } from '../../domain/api.ts'
import { Called, Confirm, Version, versionSeen } from '../kit/confirm.tsx'
import { type Entered, Field, FormToken, hasConflict, Problems } from '../kit/field.tsx'
import { SaveButtons } from '../kit/submit.tsx'
import { Table } from '../kit/table.tsx'
import { lineOf } from './lines.ts'

const ROWS_MIN = 6
const ROWS_MAX = 24

type ApiFormProps = { base: string; formToken: string; entered: Entered; api?: Api }

/** The form for an API; without `api`, for a new one. */
export function ApiForm({ base, formToken, entered, api }: ApiFormProps) {
  const lines = (api?.permissions ?? []).map(lineOf)
  const path = `${base}/apis${api ? `/${api.apiId}` : ''}`
  const rows = Math.min(Math.max(lines.length + 2, ROWS_MIN), ROWS_MAX)
  return (
    <section class="card narrow">
      <h1>{api ? <bdi>{api.name}</bdi> : 'Add API'}</h1>
      <Problems entered={entered} />
      <form method="post" action={path}>
        <FormToken token={formToken} />
        {api && <Version of={versionSeen(entered, api.version)} />}
        <Field name="name" label="Name" entered={entered} value={api?.name ?? ''} required />
        <Field
          name="audience"
          label="Audience"
          entered={entered}
          value={api?.audience ?? ''}
          hint="The URI by which tokens name it, such as https://api.example.com. It refuses tokens for any other."
          required
        />
        <Field
          name="permissions"
          label="Permissions"
          entered={entered}
          value={lines.join('\n')}
          rows={rows}
          hint={
            <>
              One a line: <code>permission | group | description</code>. Group and description may
              be left out.
            </>
          }
        />
        <div class="actions">
          <SaveButtons
            hasConflict={hasConflict(entered)}
            label={api ? 'Save' : 'Add API'}
            href={path}
          />
          <a href={`${base}/apis`}>Cancel</a>
        </div>
      </form>
      {api && <Deletion base={base} formToken={formToken} api={api} />}
    </section>
  )
}

function Deletion({ base, formToken, api }: { base: string; formToken: string; api: Api }) {
  return (
    <div class="actions">
      <Confirm
        id="delete-api"
        label="Delete API"
        title="Delete this API?"
        action={`${base}/apis/${api.apiId}/deletion`}
        formToken={formToken}
        version={api.version}
      >
        <Called name={api.name} />
        <p>
          Portcullis forgets <bdi>{api.name}</bdi> and its permissions. That works only while no
          client and no role has one of them.
        </p>
      </Confirm>
    </div>
  )
}

/** Shows an API to visitors who may not change it, and the API that cannot be changed. */
export function ApiFacts({ api: { name, audience, permissions, isOwn } }: { api: Api }) {
  return (
    <>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      {isOwn && <p>This API is Portcullis itself: it always exists as it is.</p>}
      <p class="mono">{audience}</p>
      <Table label="Permissions" heads={['Permission', ['Group', 'wide'], 'Description']}>
        {permissions.map(({ permission, group, description }) => (
          <tr>
            <td class="mono">{permission}</td>
            <td class="wide">
              <bdi>{group}</bdi>
            </td>
            <td>
              <bdi>{description}</bdi>
            </td>
          </tr>
        ))}
      </Table>
    </>
  )
}
