import type { Client } from '../../../domain/client.ts'
import { Card } from '../../kit/card.tsx'
import { PageHead } from '../../kit/page-head.tsx'
import { TitleWords } from '../../kit/title.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { Copied } from '../../kit/copied.tsx'
import { SnippetTabs } from '../../kit/snippet-tabs.tsx'
import { snippetsFor } from './snippets.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { page } from '../../kit/shell.tsx'
import { LongestToken } from '../token-size.tsx'

/**
 * The only answer with the secret. There is no way back to it, so the page has no links that leave
 * it by accident. With a script the browser asks before leaving, and a reload does not resend the
 * form.
 */
export function credentialsPage(c: ConsoleContext, client: Client, secretText: string) {
  const { issuer } = c.var.deps
  const title = `Credentials for ${client.name}`
  const credentials = { issuer, clientId: client.clientId, secretText }
  return page(
    c,
    { title, section: 'clients', status: 201, isBare: true },
    <>
      <PageHead title={<TitleWords of={{ before: 'Credentials for', name: client.name }} />} />
      <div class="note">
        <p>
          <strong>Copy the secret now. You can’t see it again.</strong> Anyone who has it can act as
          this client: keep it in a secret store, not in code.
        </p>
      </div>
      <Card title="1. Copy">
        <h3>Client ID</h3>
        <Copied id="client-id" what="Client ID" text={client.clientId} />
        <h3>Secret</h3>
        <Copied id="client-secret" what="Secret" text={secretText} />
      </Card>
      <Card title="2. Get a token">
        <SnippetTabs snippets={snippetsFor(credentials)} />
        <Waiting path={usePath(c, client)} />
        <LongestToken client={client} terms={c.var.deps} />
      </Card>
      <form class="card form" action={clientPath(c.var.base, client)} data-holds>
        <header>
          <h2>3. Done</h2>
        </header>
        <div class="pad">
          <label class="choice">
            <input type="checkbox" required />
            <span>I have stored the secret</span>
          </label>
        </div>
        <div class="actions">
          <button type="submit" class="primary">
            Done
          </button>
        </div>
      </form>
    </>,
  )
}

function usePath({ var: { base } }: ConsoleContext, client: Client): string {
  return `${clientPath(base, client)}/secrets/${client.secrets.at(-1)?.secretId}/use`
}

/** Shown by a script, which asks whether the secret was used and says so. */
function Waiting({ path }: { path: string }) {
  return (
    <p class="waiting" role="status" data-waits={path} hidden>
      Waiting for the first use of the secret…
    </p>
  )
}
