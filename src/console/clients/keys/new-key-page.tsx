import type { Client } from '../../../domain/client.ts'
import { ASSERTION_ALGORITHMS, LABEL_MAX } from '../../../domain/public-key.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field, FormToken, NOTHING_ENTERED, Problems } from '../../kit/field.tsx'
import { statusOfForm } from '../../kit/form-status.ts'
import { withoutPrivateKey } from '../../kit/private-key.ts'
import { page } from '../../kit/shell.tsx'
import { Submit } from '../../kit/submit.tsx'
import { clientPath } from '../dialogs/change-dialog.tsx'
import { EndFields } from '../dialogs/end-fields.tsx'
import { Copied } from '../snippet-tabs.tsx'
import { fieldOfKey } from './key-input.ts'
import { KEY_PAIR } from './snippets.ts'

/** The form for a new public key: empty, or with what was typed before. */
export function newKeyPage(c: ConsoleContext, client: Client, typed: Entered = NOTHING_ENTERED) {
  const entered = { ...typed, values: withoutPrivateKey(typed.values, 'key') }
  const path = clientPath(c.var.base, client)
  const title = 'Add public key'
  return page(
    c,
    { title, section: 'clients', status: statusOfForm(entered) },
    <form method="post" action={`${path}/keys`} class="narrow">
      <h1>{title}</h1>
      <p>
        Of <bdi>{client.name}</bdi>, which keeps the private key and signs with it. Portcullis never
        sees that key.
      </p>
      <Problems entered={entered} />
      <FormToken token={c.var.formToken} />
      <section class="card">
        <h2>Make a key pair</h2>
        <p class="hint">
          Run this where the client runs. It writes both keys; paste only the public one.
        </p>
        <Copied id="key-pair" what="command" text={KEY_PAIR} />
      </section>
      <section class="card">
        <Field
          name="key"
          label="Public key"
          required
          rows={6}
          entered={entered}
          errorName={fieldOfKey(typed.values.get('key') ?? '')}
          hint="A PEM block (-----BEGIN PUBLIC KEY-----) or a JWK: P-256, P-384, Ed25519, or RSA with 2048 to 4096 bits."
        />
        <Field
          name="label"
          label="Label (optional)"
          maxlength={LABEL_MAX}
          entered={entered}
          hint="Where its private key is kept, such as “CI runner”."
        />
        <EndFields c={c} entered={entered} />
        <Choices
          name="replay"
          legend="How often an assertion is accepted"
          choices={REPLAY_CHOICES}
          chosen={entered.values.get('replay') ?? 'once'}
        />
        <AlgorithmField chosen={entered.values.get('algorithm') ?? ''} />
      </section>
      <div class="actions">
        <Submit label="Add public key" />
        <a class="button quiet" href={path}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

const REPLAY_CHOICES: Choice[] = [
  [
    'once',
    'Once',
    'The client signs a new one for each request, which ends within 5 minutes. One that was overheard is worth nothing.',
  ],
  [
    'until_exp',
    'Until it expires',
    'For a platform that hands the client one assertion for up to an hour. Anyone who overhears it can use it for as long.',
  ],
]

const OF_RSA = ASSERTION_ALGORITHMS.filter((name) => /^[PR]S/.test(name))

function AlgorithmField({ chosen }: { chosen: string }) {
  return (
    <details open={chosen !== ''}>
      <summary>Algorithm</summary>
      <div class="field">
        <label for="algorithm">Algorithm of an RSA key</label>
        <p id="algorithm-hint" class="hint">
          Any other key has one algorithm. A JWK with an alg has said it already.
        </p>
        <select id="algorithm" name="algorithm" aria-describedby="algorithm-hint">
          <option value="">By the key (RS256 if it does not say)</option>
          {OF_RSA.map((name) => (
            <option value={name} selected={name === chosen}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </details>
  )
}
