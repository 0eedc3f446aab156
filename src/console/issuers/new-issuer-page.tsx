import { PRESETS } from '../../domain/federation.ts'
import { PRESET_FACTS } from '../../domain/federation-presets.ts'
import { type Choice, Choices } from '../kit/choices.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, Field, FormToken, NOTHING_ENTERED, Problems } from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { withoutPrivateKey } from '../kit/private-key.ts'
import { Select } from '../kit/select.tsx'
import { page } from '../kit/shell.tsx'
import { Submit } from '../kit/submit.tsx'

const TITLE = 'Trust an issuer'

/** The form for a new issuer: empty, or with what was typed before. */
export function newIssuerPage(c: ConsoleContext, typed: Entered = NOTHING_ENTERED) {
  const { base, formToken, deps } = c.var
  const entered = { ...typed, values: withoutPrivateKey(typed.values, 'jwks') }
  return page(
    c,
    { title: TITLE, section: 'issuers', status: statusOfForm(entered) },
    <form method="post" action={`${base}/issuers`} class="narrow">
      <h1>{TITLE}</h1>
      <p>
        It says who its workloads are, and is believed. A workload gets tokens only where a
        federated credential of a client names it.
      </p>
      <Problems entered={entered} />
      <FormToken token={formToken} />
      <section class="card">
        <PlatformFields entered={entered} />
        <KeyFields entered={entered} />
        <JudgementFields entered={entered} issuer={deps.issuer} />
      </section>
      <div class="actions">
        <Submit label={TITLE} />
        <a class="button quiet" href={`${base}/issuers`}>
          Cancel
        </a>
      </div>
    </form>,
  )
}

type FieldsProps = { entered: Entered }

function PlatformFields({ entered }: FieldsProps) {
  return (
    <>
      <Select
        name="preset"
        label="Platform"
        options={PRESETS.map((preset) => [preset, PRESET_FACTS[preset].title])}
        entered={entered}
        required
        hint="Portcullis knows what its tokens look like, and refuses what is dangerous there."
      />
      <Field
        name="issuer"
        label="Issuer URL"
        required
        entered={entered}
        hint={
          <>
            The <code>iss</code> of its tokens, to the letter, such as
            <code>https://token.actions.githubusercontent.com</code>.
          </>
        }
      />
      <Field
        name="name"
        label="Name (optional)"
        entered={entered}
        hint="Left empty, it is called as its platform."
      />
    </>
  )
}

const KEYS: Choice[] = [
  ['discovery', 'By discovery', 'From the metadata beneath its URL. Most platforms have it.'],
  ['jwks_uri', 'From the URL of a JWKS', 'A public https address that this server can read.'],
  [
    'jwks',
    'Pasted here',
    'For an issuer that cannot be read from here. Mind when its keys change.',
  ],
]

/** With a script, the field of a way that is not chosen is left out. */
function KeyFields({ entered }: FieldsProps) {
  return (
    <>
      <Choices
        name="keys"
        legend="Its keys"
        choices={KEYS}
        chosen={entered.values.get('keys') ?? 'discovery'}
      />
      <fieldset class="of-secret" data-for="keys=jwks_uri">
        <legend class="unseen">The URL of a JWKS</legend>
        <Field name="jwks_uri" label="JWKS URL" entered={entered} />
      </fieldset>
      <fieldset class="of-secret" data-for="keys=jwks">
        <legend class="unseen">A pasted JWKS</legend>
        <Field
          name="jwks"
          label="JWKS"
          rows={6}
          entered={entered}
          hint="Its public keys as JSON."
        />
      </fieldset>
    </>
  )
}

const ONCE: Choice[] = [
  [
    '',
    'As its platform allows',
    'GitHub Actions and GitLab CI/CD: once. Any other: until it ends.',
  ],
  ['yes', 'Once', 'By its jti, which every token must have.'],
  ['no', 'Until it ends', 'For a platform that hands a workload the same token again.'],
]

function JudgementFields({ entered, issuer }: FieldsProps & { issuer: string }) {
  return (
    <>
      <Field
        name="audiences"
        label="Audiences (optional)"
        rows={2}
        entered={entered}
        hint={
          <>
            What <code>aud</code> may be, one a line. Left empty, it must be <code>{issuer}</code>.
          </>
        }
      />
      <Choices
        name="check_jti"
        legend="How often a token is accepted"
        choices={ONCE}
        chosen={entered.values.get('check_jti') ?? ''}
      />
    </>
  )
}
