import { BLOBS, DOUBLES, type Metrics } from '../../domain/metrics.ts'

/** Workers Analytics Engine, or a host's substitute for it. */
export type MetricsBinding = Pick<AnalyticsEngineDataset, 'writeDataPoint'>

/** Bytes, and of ids characters: Analytics Engine takes no point with a longer index. */
const INDEX_MAX = 96

/** Calls `tell` on the first failure only: many measurements must not cause many lines. */
export function datasetMetrics(dataset: MetricsBinding, tell: () => void): Metrics {
  let isTold = false
  const failed = () => {
    if (!isTold) tell()
    isTold = true
  }
  return {
    clock: () => Date.now(),
    write(point) {
      try {
        const written: unknown = dataset.writeDataPoint({
          indexes: [(point.clientId ?? '').slice(0, INDEX_MAX)],
          blobs: BLOBS.map((name) => point[name] ?? ''),
          doubles: DOUBLES.map((name) => point[name] ?? 0),
        })
        // A host's substitute may be asynchronous: this does not wait for it.
        if (written instanceof Promise) written.catch(failed)
      } catch (error) {
        failed()
        if (!(error instanceof Error)) return
      }
    },
  }
}
