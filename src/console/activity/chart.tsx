import { DAY } from '../../domain/time.ts'
import { dayInWords, numberInWords } from '../kit/words.ts'
import type { Day } from './days.ts'

const [STEP, BAR, HEIGHT] = [20, 14, 100]

/** The tokens of each day as bars, refused ones on top of issued ones, with a scale. */
export function Chart({ days }: { days: Day[] }) {
  const most = Math.max(...days.map(({ issued, refused }) => issued + refused))
  const height = (count: number) => Math.round((count / most) * HEIGHT * 10) / 10
  const issued = days.map((day, i) => bar(i, 0, height(day.issued)))
  const refused = days.map((day, i) => bar(i, height(day.issued), height(day.refused)))
  return (
    <div class="plot">
      <div class="scale" aria-hidden="true">
        <span>{numberInWords(most)}</span>
        <span>0</span>
      </div>
      <svg
        class="chart"
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby="chart-title"
      >
        <title id="chart-title">{describe(days, most)}</title>
        <path class="issued" d={issued.join('')} />
        <path class="refused" d={refused.join('')} />
      </svg>
      <div class="ends" aria-hidden="true">
        <span>{dayInWords((days[0]?.day ?? 0) * DAY)}</span>
        <span>today</span>
      </div>
    </div>
  )
}

function bar(i: number, bottom: number, tall: number): string {
  return tall === 0 ? '' : `M${i * STEP + 3} ${HEIGHT - bottom}v${-tall}h${BAR}v${tall}z`
}

function describe(days: Day[], most: number): string {
  const busiest = days.find(({ issued, refused }) => issued + refused === most)
  const when = dayInWords((busiest?.day ?? 0) * DAY)
  return `Tokens issued and, on top of them, refused on each of 30 days; the most, ${numberInWords(most)}, on ${when}`
}
