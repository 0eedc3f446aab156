import type { Client } from '../../../domain/client.ts'
import { ASSERTION_ALGORITHMS, LABEL_MAX } from '../../../domain/public-key.ts'
import { type Choice, Choices } from '../../kit/choices.tsx'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { type Entered, Field, NOTHING_ENTERED, withErrorsAt } from '../../kit/field.tsx'
import { formPage } from '../../kit/form-page.tsx'
import { withoutPrivateKey } from '../../kit/private-key.ts'
import { clientPath, crumbsTo } from '../dialogs/change-page.tsx'
import { EndFields } from '../dialogs/end-fields.tsx'
import { Copied } from '../../kit/copied.tsx'
import { KEY_PAIR } from './snippets.ts'

/** The form for a new public key: empty, or with what was typed before. */
export function newKeyPage(c: ConsoleContext, client: Client, typed: Entered = NOTHING_ENTERED) {
  const values = withoutPrivateKey(typed.values, 'key')
  const entered = withErrorsAt({ ...typed, values }, { jwk: 'key', pem: 'key' })
  const path = clientPath(c.var.base, client)
  return formPage(c, {
    title: 'Add public key',
    about: 'The client keeps the private key and signs with it. Portcullis never sees that key.',
    section: 'clients',
    crumbs: crumbsTo(c, client),
    action: `${path}/keys`,
    entered,
    label: 'Add public key',
    cancel: path,
    call: {
      method: 'POST',
      path: `/clients/${client.clientId}/keys`,
      body: { pem: '-----BEGIN PUBLIC KEY-----…', label: 'CI runner' },
      command: `keys add ${client.clientId} public-key.pem --label 'CI runner'`,
      isExample: true,
    },
    children: (
      <>
        <KeyPair />
        <Field
          name="key"
          label="Public key"
          required
          rows={6}
          entered={entered}
          hint="A PEM block (-----BEGIN PUBLIC KEY-----) or a JWK: P-256, P-384, Ed25519, or RSA with 2048 to 4096 bits."
        />
        <Field
          name="label"
          label="Label (optional)"
          maxlength={LABEL_MAX}
          entered={entered}
          hint="Where the private key is kept, such as “CI runner”."
        />
        <EndFields c={c} entered={entered} />
        <Choices
          name="replay"
          legend="How often an assertion is accepted"
          choices={REPLAY_CHOICES}
          chosen={entered.values.get('replay') ?? 'once'}
        />
        <AlgorithmField chosen={entered.values.get('algorithm') ?? ''} />
      </>
    ),
  })
}

function KeyPair() {
  return (
    <details>
      <summary>How to create a key pair</summary>
      <p class="hint">
        Run this where the client runs. It writes both keys; paste only the public one.
      </p>
      <Copied id="key-pair" what="command" text={KEY_PAIR} />
    </details>
  )
}

const REPLAY_CHOICES: Choice[] = [
  [
    'once',
    'Once',
    'The client signs a new assertion for each request, valid for up to 5 minutes. An intercepted one is worthless.',
  ],
  [
    'until_exp',
    'Until it expires',
    'For a platform that hands out one assertion for up to an hour. Anyone who intercepts it can use it until then.',
  ],
]

const OF_RSA = ASSERTION_ALGORITHMS.filter((name) => /^[PR]S/.test(name))

function AlgorithmField({ chosen }: { chosen: string }) {
  return (
    <details open={chosen !== ''}>
      <summary>Algorithm</summary>
      <div class="field">
        <label for="algorithm">Algorithm of an RSA key</label>
        <select id="algorithm" name="algorithm" aria-describedby="algorithm-hint">
          <option value="">As the key says, otherwise RS256</option>
          {OF_RSA.map((name) => (
            <option value={name} selected={name === chosen}>
              {name}
            </option>
          ))}
        </select>
        <p id="algorithm-hint" class="hint">
          Other keys have one algorithm only; a JWK may name its own in alg.
        </p>
      </div>
    </details>
  )
}
