// better-auth in workerd on D1: the bindings SETTINGS and DB.
import { furnished, made } from './better-auth.mjs'

let auth

export default {
  async fetch(request, env) {
    const settings = JSON.parse(env.SETTINGS)
    if (new URL(request.url).pathname === '/register') {
      return Response.json(await furnished(settings, env.DB))
    }
    auth ??= made(settings, env.DB)
    return auth.handler(request)
  },
}
