import type { Diagnosis } from '../../actions/federation/diagnose-federation.ts'
import type { JudgedRule } from '../../actions/federation/match-rules.ts'
import type { Condition } from '../../domain/rule-judgement.ts'
import { cut } from '../../domain/text.ts'
import type { TokenCheck } from '../../domain/workload-token.ts'
import { textFor } from '../../platform/typed-value.ts'
import { Card } from '../kit/card.tsx'
import { Mark } from '../kit/status.tsx'
import { type Column, Table } from '../kit/table.tsx'

// Limits the page, because anyone can craft a token that would make it endless.
const [RULES_MAX, VALUE_MAX] = [40, 1000]

type DiagnosedProps = { base: string; of: Diagnosis; askedFor: string }

/** Explains the pasted token without showing it again. */
export function Diagnosed({ base, of, askedFor }: DiagnosedProps) {
  return (
    <>
      <section class="card">
        <Verdict base={base} of={of} />
        <Table label="Checks" columns={CHECKS} rows={of.checks} />
      </section>
      {of.issuer && <Rules base={base} of={of} askedFor={askedFor} />}
    </>
  )
}

function Verdict({ base, of: { clientId } }: Pick<DiagnosedProps, 'base' | 'of'>) {
  const isTrusted = clientId !== null
  return (
    <header>
      <h2>
        <Mark kind={isTrusted ? 'good' : 'bad'} icon={isTrusted ? '✓' : '●'}>
          {isTrusted ? 'This token is trusted' : 'This token is refused'}
        </Mark>
      </h2>
      {isTrusted && (
        <p>
          A workload with this token can get tokens of <ClientLink base={base} id={clientId} />,
          unless that client is suspended or, where each token is accepted once, it was sent before.
        </p>
      )}
    </header>
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
  subject: 'Subject',
  audience: 'Audience',
  time: 'Time',
  lifetime: 'Lifetime',
  jti: 'Token ID (jti)',
}

const CHECKS: Column<TokenCheck>[] = [
  { head: 'Check', kind: 'half', cell: ({ check }) => CHECK_WORDS[check] },
  {
    head: 'Result',
    cell: ({ holds, detail }) => (
      <>
        <Holds holds={holds} /> <bdi>{cut(detail, VALUE_MAX)}</bdi>
      </>
    ),
  },
]

function Holds({ holds }: { holds: boolean }) {
  return (
    <Mark kind={holds ? 'good' : 'bad'} icon={holds ? '✓' : '●'}>
      {holds ? 'OK' : 'Failed'}
    </Mark>
  )
}

function Rules({ base, of, askedFor }: DiagnosedProps) {
  const { rules } = of
  return (
    <Card title="Federated credentials">
      {rules.length === 0 && <p>{askedFor === '' ? NONE_OF_ANY : NONE_OF_CLIENT}</p>}
      {askedFor === '' && isForSeveral(rules) && <p>{FOR_SEVERAL}</p>}
      {rules.slice(0, RULES_MAX).map((rule) => (
        <Rule base={base} of={rule} />
      ))}
      {rules.length > RULES_MAX && <p>And {rules.length - RULES_MAX} more.</p>}
    </Card>
  )
}

const NONE_OF_CLIENT = 'This client has none for this issuer.'
const NONE_OF_ANY =
  'None is for exactly this subject. One without a subject is found only if the workload, and this form, name the client.'
const FOR_SEVERAL =
  'This token matches federated credentials of several clients: the workload must name one in client_id.'

function isForSeveral(rules: JudgedRule[]): boolean {
  const matching = rules.filter(({ matches }) => matches).map(({ rule }) => rule.clientId)
  return new Set(matching).size > 1
}

function Rule({ base, of }: { base: string; of: JudgedRule }) {
  const { rule, conditions, isExpired, matches } = of
  const state = matches ? 'Matches' : isExpired ? 'Expired' : 'Doesn’t match'
  return (
    <>
      <h3>
        <code>{rule.credentialId}</code> of <ClientLink base={base} id={rule.clientId} />
      </h3>
      <p>
        <Mark kind={matches ? 'good' : 'bad'} icon={matches ? '✓' : '●'}>
          {state}
        </Mark>
      </p>
      <Table label={`Conditions of ${rule.credentialId}`} columns={CONDITIONS} rows={conditions} />
    </>
  )
}

const CONDITIONS: Column<Condition>[] = [
  { head: 'Condition', cell: ({ claim }) => <bdi class="mono">{claim}</bdi> },
  {
    head: 'Expected',
    cell: ({ expected }) => <bdi class="mono">{expected === null ? '' : textFor(expected)}</bdi>,
  },
  { head: 'In the token', cell: ({ actual }) => <bdi class="mono">{actualInWords(actual)}</bdi> },
  {
    head: 'Result',
    cell: ({ holds, why }) => (
      <>
        <Holds holds={holds} /> {why}
      </>
    ),
  },
]

function actualInWords(actual: unknown): string {
  if (actual === null || actual === undefined) return ''
  const isPlain = ['string', 'boolean', 'number'].includes(typeof actual)
  const text = isPlain ? textFor(actual as string | boolean | number) : JSON.stringify(actual)
  return cut(text, VALUE_MAX)
}
