import { DAY, type Seconds } from '../../domain/time.ts'
import type { TokenCount } from '../../domain/token-counts.ts'
import { Card } from '../kit/card.tsx'
import { type Column, Table } from '../kit/table.tsx'
import { dayInWords, numberInWords } from '../kit/words.ts'
import { Chart } from './chart.tsx'
import { type Day, daysOf, refusalsOf } from './days.ts'

/** The tokens of the last 30 days, as a chart and in numbers. */
export function Figures({ counts, now }: { counts: TokenCount[]; now: Seconds }) {
  const { days, issued, refused } = daysOf(counts, now)
  return (
    <Card title="Tokens, 30 days">
      <p>
        <i class="swatch" /> {numberInWords(issued)} issued, <i class="swatch refused" />{' '}
        {numberInWords(refused)} refused
      </p>
      {issued + refused > 0 && <Chart days={days} />}
      <Reasons counts={counts} />
      <details>
        <summary>Figures for each day</summary>
        <Table label="Tokens for each day" columns={COLUMNS} rows={days.toReversed()} />
      </details>
      <p class="hint">
        Written once a minute, by days in UTC. Approximate: what a server counted in its last minute
        can be lost.
      </p>
    </Card>
  )
}

function Reasons({ counts }: { counts: TokenCount[] }) {
  const refusals = refusalsOf(counts)
  if (refusals.length === 0) return null
  return (
    <>
      <h3>Reasons for refusals</h3>
      <ul>
        {refusals.map(([reason, count]) => (
          <li>
            {numberInWords(count)}: {reason}
          </li>
        ))}
      </ul>
    </>
  )
}

const COLUMNS: Column<Day>[] = [
  { head: 'Day', cell: ({ day }) => dayInWords(day * DAY) },
  { head: 'Issued', kind: 'num', cell: ({ issued }) => numberInWords(issued) },
  { head: 'Refused', kind: 'num', cell: ({ refused }) => numberInWords(refused) },
]
