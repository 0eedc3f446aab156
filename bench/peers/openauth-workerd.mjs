// @openauthjs/openauth in workerd, on KV as it is documented: the bindings SETTINGS and DENYLIST.
import { issuer } from '@openauthjs/openauth'
import { CloudflareStorage } from '@openauthjs/openauth/storage/cloudflare'
import { createSubjects } from '@openauthjs/openauth/subject'
import { object, string } from 'valibot'

const subjects = createSubjects({ client: object({ clientID: string() }) })

/** A provider of one's own is how OpenAuth does client credentials; it checks the secret itself. */
function machines(namespace) {
  return {
    type: 'machines',
    init() {},
    async client({ clientID, clientSecret }) {
      const client = await namespace.get(`client:${clientID}`, 'json')
      if (client?.secret !== clientSecret) throw new Error('invalid client')
      return { clientID }
    },
  }
}

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === '/register') {
      const { id, secret } = JSON.parse(env.SETTINGS)
      await env.DENYLIST.put(`client:${id}`, JSON.stringify({ secret }))
      return new Response('registered')
    }
    return issuer({
      storage: CloudflareStorage({ namespace: env.DENYLIST }),
      subjects,
      providers: { machines: machines(env.DENYLIST) },
      success: async (response, { clientID }) => response.subject('client', { clientID }),
    }).fetch(request, env, context)
  },
}
