// For `node --import`: in this repository the package is not built, so its name leads to its source.
import { registerHooks } from 'node:module'

const guard = new URL('../../src/guard/index.ts', import.meta.url).href

registerHooks({
  resolve: (name, context, next) => next(name === 'portcullis/guard' ? guard : name, context),
})
