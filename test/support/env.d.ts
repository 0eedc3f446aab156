import type { D1Migration } from 'cloudflare:test'
import type { WorkerEnv } from '../../src/worker.ts'

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      /** The schema that the migrations leave, in one text. */
      TEST_SCHEMA: string
      TEST_MIGRATIONS: D1Migration[]
      TEST_BUCKET: R2Bucket
      TEST_GATES: NonNullable<WorkerEnv['GATES']>
    }
  }
}
