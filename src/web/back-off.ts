const BACK_OFF_MAX = 250

/** Waits a random while, so that changes that collided do not collide again. */
export function backOff(attempt: number): Promise<void> {
  const most = Math.min(BACK_OFF_MAX, 5 * 2 ** attempt)
  return new Promise((resolve) => setTimeout(resolve, Math.random() * most))
}
