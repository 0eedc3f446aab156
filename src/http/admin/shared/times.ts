import { isoTime, type Seconds } from '../../../domain/time.ts'

export function isoTimeOrNull(at: Seconds | null): string | null {
  return at === null ? null : isoTime(at)
}
