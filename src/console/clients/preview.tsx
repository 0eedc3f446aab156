import { previewToken, type TokenPreview } from '../../actions/tokens/preview-token.ts'
import { Refusal } from '../../domain/errors.ts'
import { audiencesOf, type TokenClaims } from '../../domain/token.ts'
import { LongToken } from './token-size.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { Mark } from '../kit/status.tsx'
import { Scroll } from '../kit/table.tsx'
import { page } from '../kit/shell.tsx'
import { durationInWords, numberInWords } from '../kit/words.ts'

/** Reads the request from the URL: without a scope or an API it is for everything. */
async function show(c: ConsoleContext): Promise<Response> {
  const { deps, base } = c.var
  const [scopes, resources] = [c.req.queries('scope') ?? [], c.req.queries('resource') ?? []]
  const scope = scopes.length === 0 ? undefined : scopes.join(' ')
  const preview = await previewToken(deps, pathId(c, 'client_id'), { scope, resources })
  const body = <PreviewPage base={base} scopes={scopes} resources={resources} preview={preview} />
  return page(c, { title: `Token of ${preview.client.name}`, section: 'clients' }, body)
}

type PreviewProps = {
  base: string
  scopes: string[]
  resources: string[]
  preview: TokenPreview
}

function PreviewPage(props: PreviewProps) {
  const { base, preview } = props
  const path = `${base}/clients/${preview.client.clientId}`
  return (
    <>
      <a href={path}>← API client</a>
      <h1>
        Token of <bdi>{preview.client.name}</bdi>
      </h1>
      <p>What a token would say if the client asked for one now. None is issued.</p>
      <Obstacles preview={preview} />
      <section class="card">
        <h2>It asks for</h2>
        <Request {...props} path={`${path}/preview`} />
      </section>
      <section class="card">
        <h2>It would get</h2>
        {preview.claims instanceof Refusal ? (
          <Refused refusal={preview.claims} />
        ) : (
          <Claims claims={preview.claims} length={preview.length} />
        )}
        <LongToken length={preview.length} />
      </section>
    </>
  )
}

const OBSTACLES: Record<TokenPreview['obstacles'][number], string> = {
  suspended: 'It is suspended.',
  no_live_credential: 'It has no credential that works now.',
}

function Obstacles({ preview: { obstacles } }: { preview: TokenPreview }) {
  if (obstacles.length === 0) return null
  return (
    <div class="note">
      <b>As things are it would get no token</b> (<code>invalid_client</code>):{' '}
      {obstacles.map((obstacle) => OBSTACLES[obstacle]).join(' ')} What follows is what it would get
      otherwise.
    </div>
  )
}

function Request({ path, preview, scopes, resources }: PreviewProps & { path: string }) {
  const { permissions } = preview.access
  const held = [...new Set(permissions.map((p) => p.permission))].sort()
  const apis = [...new Set(permissions.map((p) => p.audience))].sort()
  return (
    <form method="get" action={path}>
      <Choice name="scope" legend="Scopes (none: all that it has)" all={held} chosen={scopes} />
      <Choice name="resource" legend="APIs (none: by scope)" all={apis} chosen={resources} />
      <button type="submit">Show the token</button>
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
      {values.length === 0 && <p class="hint">The client has none.</p>}
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
        A token for {audiences.length === 1 ? 'one API' : `${audiences.length} APIs`} that lives{' '}
        {durationInWords(claims.exp - claims.iat)}: {numberInWords(length)} characters, as it is
        sent.
      </p>
      <Scroll label="Claims">
        <pre>
          <code>{JSON.stringify(claims, null, 2)}</code>
        </pre>
      </Scroll>
    </>
  )
}

export const previewRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients/:client_id/preview', right: 'clients:read', handle: show },
]
