import { isLikeClientId } from '../../domain/ids.ts'
import type { Finding } from '../../domain/token-finding.ts'
import type { Seconds } from '../../domain/time.ts'
import type { TokenText } from '../../domain/token-text.ts'
import { cut } from '../../domain/text.ts'
import { Card } from '../kit/card.tsx'
import { Mark } from '../kit/status.tsx'
import { type Column, Table } from '../kit/table.tsx'
import { findingInWords, momentInWords } from './finding-words.ts'

type Shown = { base: string; now: Seconds }

type DetailsProps = Shown & { findings: Finding[]; text: TokenText | null }

/** Each finding about a token, and its content, which is useless without the signature. */
export function TokenDetails({ base, now, findings, text }: DetailsProps) {
  return (
    <>
      <Card title="Checks" isFlush>
        <Table label="Checks" columns={columnsAt(now)} rows={findings} />
      </Card>
      {text && (
        <Card title="Contents">
          <Fields title="Claims" fields={text.claims} base={base} now={now} />
          <Fields title="Header" fields={text.header} base={base} now={now} />
        </Card>
      )}
    </>
  )
}

const OK = { kind: 'good', icon: '✓', word: 'OK' }
const FAILED = { kind: 'bad', icon: '●', word: 'Failed' }
const UNKNOWN = { kind: '', icon: '?', word: 'Unknown' }

function columnsAt(now: Seconds): Column<Finding>[] {
  return [
    { head: 'Check', kind: 'half', cell: (finding) => findingInWords(finding, now)[0] },
    { head: 'Result', cell: (finding) => <Result of={finding} now={now} /> },
  ]
}

function Result({ of: finding, now }: { of: Finding; now: Seconds }) {
  const { good } = finding
  const { kind, icon, word } = good === null ? UNKNOWN : good ? OK : FAILED
  return (
    <>
      <Mark kind={kind} icon={icon}>
        {word}
      </Mark>{' '}
      {findingInWords(finding, now)[1]}
    </>
  )
}

// Limits the page, because anyone can craft a token that would make it endless.
const [FIELDS_MAX, VALUE_MAX] = [40, 1000]
const TIMES = new Set(['exp', 'iat', 'nbf', 'auth_time'])

type FieldsProps = Shown & { title: string; fields: Record<string, unknown> }

function Fields({ title, fields, base, now }: FieldsProps) {
  return (
    <>
      <h3>{title}</h3>
      <dl class="facts">
        {Object.entries(fields)
          .slice(0, FIELDS_MAX)
          .map(([name, value]) => (
            <>
              <dt>
                <bdi class="mono">{cut(name, VALUE_MAX)}</bdi>
              </dt>
              <dd>
                <Value name={name} value={value} base={base} now={now} />
              </dd>
            </>
          ))}
      </dl>
    </>
  )
}

function Value({ name, value, base, now }: Shown & { name: string; value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (name === 'client_id' && isLikeClientId(text)) {
    return (
      <a href={`${base}/clients/${text}`} class="mono">
        {text}
      </a>
    )
  }
  return (
    <>
      <bdi class="mono">{cut(text, VALUE_MAX)}</bdi>
      {TIMES.has(name) && typeof value === 'number' && (
        <span class="faint"> {momentInWords(value, now)}</span>
      )}
    </>
  )
}
