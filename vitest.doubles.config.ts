import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const doubles = join(import.meta.dirname, 'test/doubles/node')

/** The tests for workerd, in Node on the doubles: as many runs as mutation testing needs. */
export default defineConfig({
  resolve: {
    alias: {
      'cloudflare:workers': join(doubles, 'env.ts'),
      'cloudflare:test': join(doubles, 'env.ts'),
    },
  },
  test: {
    include: ['test/{domain,actions,storage,crypto,http,console,host}/**/*.test.ts'],
    setupFiles: [join(doubles, 'workerd-functions.ts'), './test/support/workerd.ts'],
    testTimeout: 30_000,
  },
})
