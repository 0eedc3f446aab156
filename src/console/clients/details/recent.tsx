import { Chart } from '../../activity/chart.tsx'
import { daysOf, refusalsOf } from '../../activity/days.ts'
import { Card } from '../../kit/card.tsx'
import { numberInWords } from '../../kit/words.ts'
import { clientPath } from '../dialogs/change-page.tsx'
import type { DetailsProps } from './details-props.ts'

/** The tokens of the last 30 days, and why others were refused. */
export function Recent({ base, client, counts, now }: DetailsProps) {
  const { days, issued, refused } = daysOf(counts, now)
  const refusals = refusalsOf(counts)
  return (
    <Card
      title="Tokens, 30 days"
      more={<a href={`${clientPath(base, client)}/activity`}>Activity</a>}
    >
      {issued + refused > 0 && <Chart days={days} />}
      <p>
        {numberInWords(issued)} issued
        {refused > 0 && (
          <>
            {' · '}
            <span class="status bad">{numberInWords(refused)} refused</span>
          </>
        )}
      </p>
      {refusals.map(([reason, count]) => (
        <p class="sub">
          {numberInWords(count)}: {reason}
        </p>
      ))}
    </Card>
  )
}
