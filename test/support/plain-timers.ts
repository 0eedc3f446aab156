type Timer = typeof setTimeout

/**
 * The pool of Vitest takes a stack trace whenever a timer is set, to tell its own from others, and each call of D1
 * sets one. It only treats those without a delay differently: all others are set past it.
 */
export function setTimersPlainly(): void {
  const { setTimeout: plain } = Object.getPrototypeOf(globalThis) as { setTimeout?: Timer }
  const ofPool = globalThis.setTimeout as Timer & { isPlain?: true }
  if (plain === undefined || ofPool.isPlain) return
  const chosen = (...args: Parameters<Timer>) =>
    args[1] ? plain.apply(globalThis, args) : ofPool(...args)
  globalThis.setTimeout = Object.assign(chosen, { isPlain: true }) as Timer
}
