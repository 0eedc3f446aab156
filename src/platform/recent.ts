/** Less than a period ago; or ahead by less, because a clock that was set back prolongs nothing. */
export function isRecent(at: number, period: number, now: number): boolean {
  return Math.abs(now - at) < period
}
