// @jmondi/oauth2-server in workerd, by its adapter for fetch: the bindings SETTINGS and, for D1, DB.
import { env } from 'cloudflare:workers'
import {
  handleVanillaError,
  requestFromVanilla,
  responseToVanilla,
} from '@jmondi/oauth2-server/vanilla'
import { authorizationServer, d1Store, memoryStore } from './jmondi.mjs'

const settings = JSON.parse(env.SETTINGS)
let server

async function answer(request) {
  server ??= authorizationServer(settings, env.DB ? d1Store(env.DB) : memoryStore(settings))
  const { pathname } = new URL(request.url)
  const asked = await requestFromVanilla(request)
  if (pathname === '/token') return server.respondToAccessTokenRequest(asked)
  return server.introspect(asked)
}

export default {
  async fetch(request) {
    try {
      return responseToVanilla(await answer(request))
    } catch (error) {
      return responseToVanilla(handleVanillaError(error))
    }
  },
}
