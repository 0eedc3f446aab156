const NEAR = 3

/** ` Did you mean …?` if one of the known words is close enough to the one typed. */
export function suggestion(typed: string, known: string[]): string {
  const [nearest] = known
    .map((word) => ({ word, distance: distanceOf(typed, word) }))
    .filter(({ word, distance }) => distance < Math.min(NEAR, word.length))
    .toSorted((a, b) => a.distance - b.distance)
  return nearest ? ` Did you mean ${nearest.word}?` : ''
}

/** Levenshtein distance: insertions, deletions and replacements, a row at a time. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (b[j] === char ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
