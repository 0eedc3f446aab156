import { ISSUER, type TestServer } from '../support/server.ts'
import type { Credential } from './callers.ts'
import type { Things } from './things.ts'
import type { Entry } from './who-may.ts'

const FORM = 'application/x-www-form-urlencoded'

export const fill = (text: string, things: Things) =>
  text.replace(/[:{](\w+)\}?/g, (all, name: string) => things[name] ?? all)

/** Whether a route's path or its body has a place for the thing of this name. */
export function isNamedIn(route: string, [, body]: Entry, name: string): boolean {
  const names = (route + JSON.stringify(body ?? {})).matchAll(/[:{](\w+)/g)
  return [...names].some(([, one]) => one === name)
}

/** The parts of one request to a route, as a caller would send it who knows these things. */
export function partsOf(route: string, [, body]: Entry, who: Credential, things: Things) {
  const [method = '', path = ''] = route.split(' ')
  const url = ISSUER + (path === '/:slash{$}' ? '/' : fill(path, things))
  if (method === 'GET') return { url, method, headers: who.headers, text: undefined }
  const isForm = /^\/(console|oauth)/.test(path)
  const headers = { ...who.headers, Origin: ISSUER, 'Content-Type': FORM }
  if (!isForm) headers['Content-Type'] = 'application/json'
  const json = fill(JSON.stringify(body ?? {}), things)
  if (!isForm) return { url, method, headers, text: body && json }
  const fields = new URLSearchParams(JSON.parse(json) as Record<string, string>)
  fields.set('form_token', who.formToken)
  return { url, method, headers, text: fields.toString() }
}

/** The version of what a form of the console is about, which every form was made from. */
export async function withVersion(
  server: TestServer,
  route: string,
  things: Things,
): Promise<Things> {
  const [, kind, name = ''] = /\/console\/(\w+)\/:(\w+)/.exec(route) ?? []
  if (kind === undefined || kind === 'signing-keys') return things
  const response = await server.admin('GET', `/${kind}/${things[name]}`)
  return { ...things, version: /\d+/.exec(response.headers.get('etag') ?? '')?.[0] ?? '' }
}
