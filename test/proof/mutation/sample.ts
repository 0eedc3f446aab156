import { roomOf } from './goals.ts'

/** Every n-th, where all would take too long: spread over every file, and the larger a room the more of it. */
export function everyNth<M>(mutants: M[], n: number): M[] {
  return mutants.filter((_, at) => at % n === 0)
}

/** As many of each room, spread over its files, so that a small room is known as well as a large one. */
export function perRoom<M extends { fileName: string }>(mutants: M[], count: number): M[] {
  const rooms = Map.groupBy(mutants, ({ fileName }) => roomOf(fileName))
  return [...rooms.values()].flatMap((inRoom) => spreadOver(inRoom, count))
}

function spreadOver<M>(all: M[], count: number): M[] {
  const step = Math.max(1, all.length / count)
  const middles = Array.from({ length: count }, (_, nth) => Math.floor((nth + 0.5) * step))
  const places = new Set(middles)
  return all.filter((_, at) => places.has(at))
}
