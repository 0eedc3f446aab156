import type { Diagnosis } from '../../actions/federation/diagnose-federation.ts'
import type { JudgedRule } from '../../actions/federation/match-rules.ts'
import type { Condition } from '../../domain/rule-judgement.ts'
import { cut } from '../../domain/text.ts'
import type { TokenCheck } from '../../domain/workload-token.ts'
import { textFor } from '../../platform/typed-value.ts'
import { Mark } from '../kit/status.tsx'
import { BareTable, Scroll } from '../kit/table.tsx'

// Limits the page, because anyone can craft a token that would make it endless.
const [RULES_MAX, VALUE_MAX] = [40, 1000]

type DiagnosedProps = { base: string; of: Diagnosis; askedFor: string }

/** Explains the pasted token without showing it again. */
export function Diagnosed({ base, of, askedFor }: DiagnosedProps) {
  return (
    <>
      <section class="card">
        <Verdict base={base} of={of} />
        <Scroll label="Checks">
          <BareTable heads={['Check', 'Result']}>
            {of.checks.map((check) => (
              <CheckRow {...check} />
            ))}
          </BareTable>
        </Scroll>
      </section>
      {of.issuer && <Rules base={base} of={of} askedFor={askedFor} />}
    </>
  )
}

function Verdict({ base, of: { clientId } }: Pick<DiagnosedProps, 'base' | 'of'>) {
  const isTrusted = clientId !== null
  return (
    <>
      <h2>
        <Mark kind={isTrusted ? 'good' : 'bad'} icon={isTrusted ? '✓' : '✕'}>
          {isTrusted ? 'This token is trusted' : 'This token is refused'}
        </Mark>
      </h2>
      {isTrusted && (
        <p>
          A workload with it gets tokens of <ClientLink base={base} id={clientId} />, unless that is
          suspended, or its token was sent before where each is accepted once.
        </p>
      )}
    </>
  )
}

function ClientLink({ base, id }: { base: string; id: string }) {
  return (
    <a href={`${base}/clients/${id}`} class="mono">
      {id}
    </a>
  )
}

const CHECK_WORDS: Record<TokenCheck['check'], string> = {
  form: 'Form',
  issuer: 'Issuer',
  algorithm: 'Algorithm',
  key: 'Key',
  signature: 'Signature',
  audience: 'Audience',
  time: 'Time',
  lifetime: 'Lifetime',
  jti: 'Token ID (jti)',
}

function CheckRow({ check, holds, detail }: TokenCheck) {
  return (
    <tr>
      <th scope="row">{CHECK_WORDS[check]}</th>
      <td>
        <Holds holds={holds} /> <bdi>{cut(detail, VALUE_MAX)}</bdi>
      </td>
    </tr>
  )
}

function Holds({ holds }: { holds: boolean }) {
  return (
    <Mark kind={holds ? 'good' : 'bad'} icon={holds ? '✓' : '✕'}>
      {holds ? 'Right' : 'Wrong'}
    </Mark>
  )
}

function Rules({ base, of, askedFor }: DiagnosedProps) {
  const { rules } = of
  return (
    <section class="card">
      <h2>Federated credentials</h2>
      {rules.length === 0 && <p>{askedFor === '' ? NONE_OF_ANY : NONE_OF_CLIENT}</p>}
      {askedFor === '' && isForSeveral(rules) && <p>{FOR_SEVERAL}</p>}
      {rules.slice(0, RULES_MAX).map((rule) => (
        <Rule base={base} of={rule} />
      ))}
      {rules.length > RULES_MAX && <p>And {rules.length - RULES_MAX} more.</p>}
    </section>
  )
}

const NONE_OF_CLIENT = 'The client has none that names this issuer.'
const NONE_OF_ANY =
  'None names exactly this subject. One without a subject is found only where the workload, and this form, name the client.'
const FOR_SEVERAL =
  'It matches federated credentials of several clients: the workload must say by client_id which it acts as.'

function isForSeveral(rules: JudgedRule[]): boolean {
  const matching = rules.filter(({ matches }) => matches).map(({ rule }) => rule.clientId)
  return new Set(matching).size > 1
}

function Rule({ base, of }: { base: string; of: JudgedRule }) {
  const { rule, conditions, isExpired, matches } = of
  const state = matches ? 'It matches' : isExpired ? 'It has expired' : 'It does not match'
  return (
    <>
      <h3>
        <code>{rule.credentialId}</code> of <ClientLink base={base} id={rule.clientId} />
      </h3>
      <p>
        <Mark kind={matches ? 'good' : 'bad'} icon={matches ? '✓' : '✕'}>
          {state}
        </Mark>
      </p>
      <Scroll label={`Conditions of ${rule.credentialId}`}>
        <BareTable heads={['Condition', 'Expected', 'In the token', 'Result']}>
          {conditions.map((condition) => (
            <ConditionRow {...condition} />
          ))}
        </BareTable>
      </Scroll>
    </>
  )
}

function ConditionRow({ claim, expected, actual, holds, why }: Condition) {
  return (
    <tr>
      <th scope="row">
        <bdi class="mono">{claim}</bdi>
      </th>
      <td>
        <bdi class="mono">{expected === null ? '' : textFor(expected)}</bdi>
      </td>
      <td>
        <bdi class="mono">{actualInWords(actual)}</bdi>
      </td>
      <td>
        <Holds holds={holds} /> {why}
      </td>
    </tr>
  )
}

function actualInWords(actual: unknown): string {
  if (actual === null || actual === undefined) return ''
  const isPlain = ['string', 'boolean', 'number'].includes(typeof actual)
  const text = isPlain ? textFor(actual as string | boolean | number) : JSON.stringify(actual)
  return cut(text, VALUE_MAX)
}
