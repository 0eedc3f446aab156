import type { Params, Result, Router } from 'hono/router'

type Route<T> = { method: string; segments: string[]; handler: T }

/**
 * Hono's router for the Worker and for mounted apps, which have hundreds of routes: Hono's own
 * routers would build tables or expressions from them on an isolate's first request. This one
 * builds nothing, and looks up a path without parameters only once.
 */
export function pathRouter<T>(): Router<T> {
  const routes: Route<T>[] = []
  const literal = new Set<string>()
  // By path, then by method.
  const found = new Map<string, Map<string, Result<T>>>()
  return {
    name: 'PathRouter',

    add(method, path, handler) {
      if (!/[:*]/.test(path)) literal.add(path)
      routes.push({ method, segments: path.split('/'), handler })
      found.clear()
    },

    match(method, path) {
      const known = found.get(path)?.get(method)
      if (known) return known
      const result = search(routes, method, path)
      // Keeps no other path or method: callers could make up any number of them.
      if (literal.has(path) && isCommon(method)) {
        const byMethod = found.get(path) ?? new Map<string, Result<T>>()
        found.set(path, byMethod.set(method, result))
      }
      return result
    },
  }
}

function isCommon(method: string): boolean {
  return method === 'GET' || method === 'POST'
}

function search<T>(routes: Route<T>[], method: string, path: string): Result<T> {
  const parts = path.split('/')
  const matches: [T, Params][] = []
  for (const route of routes) {
    if (route.method !== method && route.method !== 'ALL') continue
    const params = paramsOf(route.segments, parts)
    if (params) matches.push([route.handler, params])
  }
  return [matches]
}

/** Null if the path differs. `*` comes last, and matches any rest, or none. */
function paramsOf(segments: string[], parts: string[]): Params | null {
  const isOpen = segments.at(-1) === '*'
  const length = segments.length - (isOpen ? 1 : 0)
  if (isOpen ? parts.length < length : parts.length !== length) return null
  const params: Params = {}
  for (let i = 0; i < length; i++) {
    const [segment = '', part = ''] = [segments[i], parts[i]]
    if (segment === part) continue
    const name = nameIn(segment)
    if (name === null || (part === '') !== segment.endsWith(NOTHING)) return null
    params[name] = part
  }
  return params
}

/** Marks a segment that is there and empty: a path that ends with a slash. */
const NOTHING = '{$}'

function nameIn(segment: string): string | null {
  return segment.startsWith(':') ? segment.slice(1).replace(NOTHING, '') : null
}
