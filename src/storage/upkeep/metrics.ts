import { BLOBS, DOUBLES, type Metrics } from '../../domain/metrics.ts'

/** Workers Analytics Engine, or what a host has in its place. */
export type MetricsBinding = Pick<AnalyticsEngineDataset, 'writeDataPoint'>

/** `tell` is called with the first failure alone: a flood of measurements makes no flood of lines. */
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
          indexes: [point.clientId ?? ''],
          blobs: BLOBS.map((name) => point[name] ?? ''),
          doubles: DOUBLES.map((name) => point[name] ?? 0),
        })
        // A host's own may be asynchronous: nobody waits for it.
        if (written instanceof Promise) written.catch(failed)
      } catch (error) {
        failed()
        if (!(error instanceof Error)) return
      }
    },
  }
}
