import { KEPT } from './kept.ts'

// A test may replace it, and this one leads to the machine that runs the tests.
const send = fetch

/**
 * Compares what is rendered with what was accepted before, and finds what is kept for nothing. With
 * `npm run golden` each difference is accepted.
 */
export function openBook(folder: string, kept = KEPT) {
  const seen = new Set<string>()
  const differences: string[] = []

  async function compare(name: string, text: string): Promise<void> {
    const file = `${folder}/${name}`
    if (seen.has(file)) throw new Error(`Two pages are called ${file}`)
    seen.add(file)
    const old = kept.get(file)
    if (old === text || (await isAccepted(file, text))) return
    differences.push(`${file}${old === undefined ? ' is new' : differenceOf(old, text)}`)
  }

  /** All that is different, as a text that is empty where nothing is. */
  async function close(): Promise<string> {
    for (const file of kept.keys()) {
      if (!file.startsWith(`${folder}/`) || seen.has(file)) continue
      differences.push(`${file} is not rendered any more`)
    }
    if (differences.length === 0) return ''
    return [...differences, 'Is it meant? `npm run golden` accepts it; look at the diff.'].join(
      '\n',
    )
  }

  return { compare, close }
}

async function isAccepted(file: string, text: string): Promise<boolean> {
  const answer = await send(`http://golden.example/${file}`, { method: 'PUT', body: text })
  return answer.status === 204
}

const SHOWN = 6

/** The first lines that differ. */
function differenceOf(old: string, text: string): string {
  const [before, after] = [old.split('\n'), text.split('\n')]
  const longer = before.length > after.length ? before : after
  const from = longer.findIndex((_, at) => before[at] !== after[at])
  const rest = (lines: string[]) => lines.slice(from).reverse()
  const same = rest(before).findIndex((line, at) => line !== rest(after)[at])
  const part = (sign: string, lines: string[]) =>
    lines
      .slice(from, Math.min(from + SHOWN, lines.length - Math.max(same, 0)))
      .map((line) => `  ${sign} ${line}`)
  return [` from line ${from + 1}:`, ...part('-', before), ...part('+', after)].join('\n')
}
