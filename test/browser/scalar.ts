import scalar from '@scalar/fastify-api-reference'

type Reply = { header: () => Reply; send: (text: string) => Reply }
type Route = { url: string; handler: (request: object, reply: Reply) => unknown }

/**
 * The script that jsDelivr serves of the same version of `@scalar/api-reference`: its integration for
 * Fastify carries it whole, at a tenth of the weight of the package itself. That it is the same, its hash
 * in the page says.
 */
export function scalarScript(): string {
  const routes: Route[] = []
  const fastify = { route: (route: Route) => routes.push(route), hasPlugin: () => false }
  const register = scalar as unknown as (to: object, options: object, done: () => void) => void
  register(fastify, { configuration: { url: '/openapi.json' } }, () => {})
  let script = ''
  const reply: Reply = {
    header: () => reply,
    send(text) {
      script = text
      return reply
    },
  }
  routes.find(({ url }) => url.endsWith('.js'))?.handler({}, reply)
  return script
}
