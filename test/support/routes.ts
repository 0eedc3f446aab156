import type { Hono } from 'hono'
import { buildServer, type Options } from '../world/build.ts'

/**
 * Every route as `METHOD path`, each once: as the app lists them, and where it lists a path for all
 * methods, those that it says it allows there.
 */
export async function routesOfTheApp(options: Options = {}): Promise<string[]> {
  const { app } = buildServer({ bindings: () => ({}) as never, ...options })
  const listed = app.routes.map(({ method, path }) => `${method} ${path}`)
  const paths = new Set(app.routes.map(({ path }) => path).filter((path) => !path.endsWith('*')))
  const allowed = await Promise.all([...paths].map((path) => allowedAt(app as never, path)))
  return [...new Set([...listed, ...allowed.flat()])]
}

async function allowedAt(app: Hono, path: string): Promise<string[]> {
  const { headers } = await app.request(path.replace(':slash{$}', ''), { method: 'TRACE' })
  const methods = headers.get('allow')?.split(', ') ?? []
  return methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`)
}
