const NO_ENVIRONMENT = {}

/**
 * Creates a value once per environment. Hono provides none in Node, a per-request object in Deno
 * and Bun, and in an app's own tests (`app.request('/x')`) undefined, which a WeakMap does not
 * accept.
 */
export function byEnvironment<Env, T>(make: (env: Env) => T): (env: Env) => T {
  const made = new WeakMap<object, { value: T }>()
  return (env) => {
    const key = keyOf(env)
    // Text or a number: not an environment, but two different values must not share one.
    if (!key) return make(env)
    const found = made.get(key)
    if (found) return found.value
    const value = make(env)
    made.set(key, { value })
    return value
  }
}

function keyOf(env: unknown): object | null {
  const given = env ?? NO_ENVIRONMENT
  return typeof given === 'object' || typeof given === 'function' ? given : null
}
