/** The items in portions of at most this size; an item that is larger is a portion by itself. */
export function portionsOf<T>(items: T[], most: number, sizeOf: (item: T) => number): T[][] {
  const portions: T[][] = []
  let left = 0
  for (const item of items) {
    const size = sizeOf(item)
    left -= size
    const last = portions.at(-1)
    if (last && left >= 0) last.push(item)
    else {
      portions.push([item])
      left = most - size
    }
  }
  return portions
}
