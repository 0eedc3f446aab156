// For `node --import`: in this repository the package is not built, so its name leads to its source.
import { registerHooks } from 'node:module'

const guard = new URL('../../src/guard/express.ts', import.meta.url).href

registerHooks({
  resolve: (name, context, next) => next(name === 'portcullis/express' ? guard : name, context),
})
