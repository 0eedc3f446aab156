import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { keepInMemory } from './test/support/node/in-memory.ts'
import { internet } from './test/support/node/internet.ts'
import { configApart } from './test/support/node/apart.ts'
import { LongestFirst } from './test/support/node/longest-first.ts'
import { migratedSchema } from './test/support/node/migrated-schema.ts'
import { quietWorkerd } from './test/support/node/quiet-workerd.ts'
import { shareFolder } from './test/support/node/once.ts'

const KEY = '1:a-key-of-the-tests-that-protects-nothing'

shareFolder()
quietWorkerd()

export default defineConfig({
  test: {
    // Much of the time is waiting: for workerd to start, for a timeout that a test is about.
    maxWorkers: 4,
    // The server logs what tests try and may not: it is shown where a test fails.
    silent: 'passed-only',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [
          cloudflareTest(async () => {
            keepInMemory()
            return {
              wrangler: { configPath: configApart() },
              miniflare: {
                bindings: {
                  ISSUER: 'https://auth.example',
                  BOOTSTRAP_TOKEN: 'bootstrap-token-of-the-tests-0123456789',
                  PEPPER: KEY,
                  WRAPPING_KEY: KEY,
                  AUDIT_KEY: KEY,
                  COOKIE_KEY: KEY,
                  TEST_SCHEMA: migratedSchema().join(';\n'),
                  TEST_MIGRATIONS: await readD1Migrations('./migrations'),
                },
                r2Buckets: ['TEST_BUCKET'],
                // Under a name of its own: gates are off where a test does not turn them on.
                durableObjects: { TEST_GATES: 'Gate' },
                analyticsEngineDatasets: { METRICS: { dataset: 'portcullis' } },
                // Nothing here has a reason to leave the machine.
                outboundService: { node: async (request, response) => internet(request, response) },
              },
            }
          }),
        ],
        test: {
          name: 'unit',
          include: [
            'test/{platform,domain,actions,storage,crypto,dpop,http,web,outbound,guard,host,mail,console,attacks,openapi}/**/*.test.{ts,tsx}',
          ],
          setupFiles: ['./test/support/workerd.ts'],
          // A fresh isolate for each file would double what the tests cost. What a test stored is gone after it.
          isolate: false,
          // What takes a second here may take half a minute on a busy machine.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{e2e,interop}/**/*.test.ts', 'test/*.test.ts'],
          // Miniflare reads it when it is imported: what workerd's sockets trust beside public CAs.
          env: {
            NODE_EXTRA_CA_CERTS: `${import.meta.dirname}/test/support/node/certificates/ca.pem`,
          },
          testTimeout: 480_000,
          hookTimeout: 480_000,
        },
      },
      {
        test: {
          name: 'proof',
          include: ['test/proof/**/*.test.ts'],
          setupFiles: ['./test/doubles/node/workerd-functions.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'browser',
          // A browser stands still now and then. What a page says wrong is never asked twice.
          expect: { poll: { timeout: 90_000 } },
          retry: { count: 1, condition: /Timeout \d+ms exceeded/ },
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 480_000,
          hookTimeout: 480_000,
        },
      },
    ],
  },
})
