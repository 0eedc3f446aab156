import type { CheckpointCopies } from '../../domain/audit-tree.ts'
import { withTimeout } from '../../platform/with-timeout.ts'

const TIMEOUT_MS = 10_000

/**
 * Keeps each checkpoint as an object of its own in R2, and overwrites none: a log that was rewritten
 * leaves a second object of the same size beside the first.
 */
export function bucketCopies(bucket: R2Bucket, origin: string): CheckpointCopies {
  return {
    async keep({ size, root, note }) {
      const place = [origin, String(size).padStart(12, '0')].map(encodeURIComponent).join('/')
      const key = `checkpoints/${place}-${encodeURIComponent(root.slice(0, 12))}`
      const onlyIf = new Headers({ 'If-None-Match': '*' })
      await withTimeout(TIMEOUT_MS, bucket.put(key, note, { onlyIf }))
    },
  }
}
