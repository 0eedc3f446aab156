import type { Client } from '../../../domain/client.ts'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { Copied, SnippetTabs } from '../snippet-tabs.tsx'
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
  const title = 'Client credentials'
  const credentials = { issuer: c.var.deps.issuer, clientId: client.clientId, secretText }
  return page(
    c,
    { title, section: 'clients', status: 201, isBare: true },
    <div class="narrow">
      <h1>{title}</h1>
      <p>
        Of the API client <bdi>{client.name}</bdi>
      </p>
      <div class="note">
        <p>
          <strong>Copy the secret now. You can’t see it again.</strong> Whoever has it can act as
          this client: keep it where secrets are kept, not in code.
        </p>
      </div>
      <section class="card">
        <h2>Client ID</h2>
        <Copied id="client-id" what="Client ID" text={client.clientId} />
        <h2>Secret</h2>
        <Copied id="client-secret" what="Secret" text={secretText} />
      </section>
      <section class="card">
        <h2>Use it</h2>
        <SnippetTabs snippets={snippetsFor(credentials)} />
        <LongestToken client={client} issuer={credentials.issuer} />
      </section>
      <form class="card" action={clientPath(c.var.base, client)} data-holds>
        <label class="choice">
          <input type="checkbox" required />
          <span>I have stored the secret</span>
        </label>
        <div class="actions">
          <button type="submit">Done</button>
        </div>
      </form>
    </div>,
  )
}
