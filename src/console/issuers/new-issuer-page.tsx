import { PRESETS } from '../../domain/federation.ts'
import { PRESET_FACTS } from '../../domain/federation-presets.ts'
import { type Choice, Choices } from '../kit/choices.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, Field, NOTHING_ENTERED } from '../kit/field.tsx'
import { formPage } from '../kit/form-page.tsx'
import { withoutPrivateKey } from '../kit/private-key.ts'
import { Select } from '../kit/select.tsx'

const TITLE = 'Trust an issuer'

/** The form for a new issuer: empty, or with what was typed before. */
export function newIssuerPage(c: ConsoleContext, typed: Entered = NOTHING_ENTERED) {
  const { base, deps } = c.var
  const entered = { ...typed, values: withoutPrivateKey(typed.values, 'jwks') }
  return formPage(c, {
    title: TITLE,
    about:
      'A trusted issuer says who its workloads are. A workload gets tokens only if a federated credential of a client names it.',
    section: 'issuers',
    crumbs: [['Workload issuers', `${base}/issuers`]],
    action: `${base}/issuers`,
    entered,
    label: TITLE,
    cancel: `${base}/issuers`,
    call: {
      method: 'POST',
      path: '/issuers',
      body: { issuer: 'https://token.actions.githubusercontent.com', preset: 'github' },
      command: 'issuers add https://token.actions.githubusercontent.com --preset github',
      isExample: true,
    },
    children: (
      <>
        <PlatformFields entered={entered} />
        <KeyFields entered={entered} />
        <JudgementFields entered={entered} issuer={deps.issuer} />
      </>
    ),
  })
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
        hint="Portcullis knows the tokens of each platform and refuses what is dangerous there."
      />
      <Field
        name="issuer"
        label="Issuer URL"
        required
        entered={entered}
        hint={
          <>
            The exact <code>iss</code> claim of its tokens, such as{' '}
            <code>https://token.actions.githubusercontent.com</code>.
          </>
        }
      />
      <Field
        name="name"
        label="Name (optional)"
        entered={entered}
        hint="Leave empty to use the name of the platform."
      />
    </>
  )
}

const KEYS: Choice[] = [
  ['discovery', 'By discovery', 'From the metadata beneath its URL. Most platforms support this.'],
  ['jwks_uri', 'From the URL of a JWKS', 'A public https address that this server can read.'],
  [
    'jwks',
    'Pasted here',
    'For an issuer that this server can’t reach. You have to update the keys when they change.',
  ],
]

/** With a script, the field of a way that is not chosen is left out. */
function KeyFields({ entered }: FieldsProps) {
  return (
    <>
      <Choices
        name="keys"
        legend="Keys"
        choices={KEYS}
        chosen={entered.values.get('keys') ?? 'discovery'}
      />
      <fieldset data-for="keys=jwks_uri">
        <legend class="unseen">The URL of a JWKS</legend>
        <Field name="jwks_uri" label="JWKS URL" entered={entered} />
      </fieldset>
      <fieldset data-for="keys=jwks">
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
    'Once for GitHub Actions and GitLab CI/CD; until it expires for any other.',
  ],
  ['yes', 'Once', 'By its jti claim, which every token must have.'],
  ['no', 'Until it expires', 'For a platform that hands a workload the same token again.'],
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
            Accepted <code>aud</code> claims, one per line. Leave empty for <code>{issuer}</code>.
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
