import { previewToken, type TokenPreview } from '../../actions/tokens/preview-token.ts'
import { Refusal } from '../../domain/errors.ts'
import { audiencesOf, type TokenClaims } from '../../domain/token.ts'
import { ClientHead } from './details/head.tsx'
import { LongToken } from './token-size.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { Mark } from '../kit/status.tsx'
import { Card } from '../kit/card.tsx'
import { page } from '../kit/shell.tsx'
import { durationInWords, numberInWords } from '../kit/words.ts'

/** Reads the request from the URL: without a scope or an API it is for everything. */
async function show(c: ConsoleContext): Promise<Response> {
  const { deps, base } = c.var
  const [scopes, resources] = [c.req.queries('scope') ?? [], c.req.queries('resource') ?? []]
  const scope = scopes.length === 0 ? undefined : scopes.join(' ')
  const preview = await previewToken(deps, pathId(c, 'client_id'), { scope, resources })
  return page(
    c,
    { title: `Token preview of ${preview.client.name}`, section: 'clients' },
    <>
      <ClientHead c={c} client={preview.client} now={deps.now()} tab="preview" />
      <Preview {...{ base, scopes, resources, preview }} />
    </>,
  )
}

type PreviewProps = {
  base: string
  scopes: string[]
  resources: string[]
  preview: TokenPreview
}

function Preview(props: PreviewProps) {
  const { base, preview } = props
  return (
    <>
      <p class="faint">
        What a token would contain if this client requested one now. None is issued.
      </p>
      <Obstacles preview={preview} />
      <Card title="Request">
        <Request {...props} path={`${base}/clients/${preview.client.clientId}/preview`} />
      </Card>
      <Card title="Resulting token">
        {preview.claims instanceof Refusal ? (
          <Refused refusal={preview.claims} />
        ) : (
          <Claims claims={preview.claims} length={preview.length} />
        )}
        <LongToken length={preview.length} />
      </Card>
    </>
  )
}

const OBSTACLES: Record<TokenPreview['obstacles'][number], string> = {
  suspended: 'Its access is suspended.',
  no_live_credential: 'None of its credentials works now.',
}

function Obstacles({ preview: { obstacles } }: { preview: TokenPreview }) {
  if (obstacles.length === 0) return null
  return (
    <div class="note">
      <p>
        <b>This client can’t get a token now</b> (<code>invalid_client</code>).{' '}
        {obstacles.map((obstacle) => OBSTACLES[obstacle]).join(' ')} Below is what it would get
        otherwise.
      </p>
    </div>
  )
}

function Request({ path, preview, scopes, resources }: PreviewProps & { path: string }) {
  const { permissions } = preview.access
  const held = [...new Set(permissions.map((p) => p.permission))].sort()
  const apis = [...new Set(permissions.map((p) => p.audience))].sort()
  return (
    <form method="get" action={path}>
      <Choice name="scope" legend="Scopes: leave empty for all" all={held} chosen={scopes} />
      <Choice
        name="resource"
        legend="APIs: leave empty to follow the scopes"
        all={apis}
        chosen={resources}
      />
      <button type="submit" class="primary">
        Preview token
      </button>
    </form>
  )
}

type ChoiceProps = { name: string; legend: string; all: string[]; chosen: string[] }

/** Values in the URL that the client lacks stay visible, so that they can be removed. */
function Choice({ name, legend, all, chosen }: ChoiceProps) {
  const values = [...new Set([...all, ...chosen])]
  return (
    <fieldset>
      <legend>{legend}</legend>
      {values.length === 0 && <p class="hint">This client has none.</p>}
      {values.map((value) => (
        <label class="choice">
          <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
          <bdi class="mono">{value}</bdi>
        </label>
      ))}
    </fieldset>
  )
}

function Refused({ refusal }: { refusal: Refusal }) {
  return (
    <>
      <p>
        <Mark kind="bad" icon="✕">
          Refused
        </Mark>{' '}
        <code>{refusal.code}</code>
      </p>
      <p>{refusal.message}</p>
    </>
  )
}

function Claims({ claims, length }: { claims: TokenClaims; length: number }) {
  const audiences = audiencesOf(claims)
  return (
    <>
      <p>
        A token for {audiences.length === 1 ? 'one API' : `${audiences.length} APIs`} that is valid
        for {durationInWords(claims.exp - claims.iat)}: {numberInWords(length)} characters, as it is
        sent.
      </p>
      <pre>{JSON.stringify(claims, null, 2)}</pre>
    </>
  )
}

export const previewRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/:client_id/preview', right: 'clients:read', handle: show },
]
