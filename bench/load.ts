import autocannon from 'autocannon'

export type Figures = { target: string; median: number; min: number; max: number; errors: number }

/**
 * Requests a second of each target, in rounds that alternate, so that what else the machine does falls
 * on all of them; the median of the rounds, with the least and the most.
 */
export async function measure(
  targets: { name: string; url: string; headers: Record<string, string> }[],
  { rounds, seconds, connections }: { rounds: number; seconds: number; connections: number },
): Promise<Figures[]> {
  const samples = new Map(targets.map(({ name }) => [name, [] as number[]]))
  const errors = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    for (const { name, url, headers } of targets) {
      const result = await autocannon({ url, headers, connections, duration: seconds })
      samples.get(name)?.push(result['2xx'] / result.duration)
      errors.set(name, (errors.get(name) ?? 0) + result.errors + result.non2xx)
    }
  }
  return targets.map(({ name }) => {
    const sorted = (samples.get(name) ?? []).sort((a, b) => a - b)
    return {
      target: name,
      median: sorted[Math.floor(sorted.length / 2)] ?? 0,
      min: sorted[0] ?? 0,
      max: sorted.at(-1) ?? 0,
      errors: errors.get(name) ?? 0,
    }
  })
}

export function printFigures(title: string, figures: Figures[]): void {
  const [base] = figures
  console.log(`\n${title}\n`)
  console.log(
    '| target | requests a second (median, min to max) | ratio | errors |\n|---|---|---|---|',
  )
  for (const { target, median, min, max, errors } of figures) {
    const ratio = (median / (base?.median ?? 1)).toFixed(2)
    const range = `${Math.round(median)} (${Math.round(min)} to ${Math.round(max)})`
    console.log(`| ${target} | ${range} | ${ratio} | ${errors} |`)
  }
}
