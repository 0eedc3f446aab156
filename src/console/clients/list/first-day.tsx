import type { Child } from 'hono/jsx'
import { Mark } from '../../kit/status.tsx'

type FirstDayProps = { base: string; hasApi: boolean; mayManage: boolean }

/** An installation without a client: what to do, in its order. */
export function FirstDay({ base, hasApi, mayManage }: FirstDayProps) {
  return (
    <section class="card">
      <header>
        <h2>Get started</h2>
      </header>
      <div class="pad">
        <p>
          Programs that call your APIs are API clients: each gets credentials of its own and trades
          them for access tokens.
        </p>
        {!mayManage && <p>Somebody with manage access can create the first one.</p>}
      </div>
      <ol class="steps">
        <Step title="Add your API" isDone={hasApi}>
          Its audience and its permissions, so that you can say what a client may do.{' '}
          {mayManage && !hasApi && (
            <a class="button primary" href={`${base}/apis/new`}>
              Add API
            </a>
          )}
        </Step>
        <Step title="Create an API client" isDone={false}>
          Give it a name, access to your API and a credential.{' '}
          {mayManage && hasApi && (
            <a class="button primary" href={`${base}/clients/new`}>
              Create API client
            </a>
          )}
        </Step>
        <Step title="Get the first token" isDone={false}>
          The page with the credentials has the command for this server, and says when the secret
          was first used.
        </Step>
        <Step title="Protect your API" isDone={false}>
          The page of <a href={`${base}/apis`}>your API</a> has the code that checks a token.
        </Step>
      </ol>
    </section>
  )
}

type StepProps = { title: string; isDone: boolean; children: Child }

function Step({ title, isDone, children }: StepProps) {
  return (
    <li>
      <p>
        <b>{title}</b>{' '}
        {isDone && (
          <Mark kind="good" icon="✓">
            Done
          </Mark>
        )}
      </p>
      <p class="faint">{children}</p>
    </li>
  )
}
