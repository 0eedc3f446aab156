const NO_ENVIRONMENT = {}

/**
 * Makes something of an environment, once for each. Hono has none in Node, in Deno and Bun something of
 * each request, and in an app's own tests (`app.request('/x')`) nothing at all, which no WeakMap takes.
 */
export function byEnvironment<Env, T>(make: (env: Env) => T): (env: Env) => T {
  const made = new WeakMap<object, { value: T }>()
  return (env) => {
    const key = keyOf(env)
    // Text or a number: nobody's environment, but two of them are not one.
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
