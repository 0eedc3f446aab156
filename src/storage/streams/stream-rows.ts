import type { EventStream } from '../../domain/event-stream.ts'

export type StreamRow = Pick<EventStream, 'streamId' | 'clientId' | 'seq' | 'dueAt' | 'version'> & {
  state: string
}

export function streamOf({ state, ...row }: StreamRow): EventStream {
  return { ...(JSON.parse(state) as Omit<EventStream, keyof StreamRow>), ...row }
}

export function rowOf({
  streamId,
  clientId,
  seq,
  dueAt,
  version,
  ...state
}: EventStream): StreamRow {
  return { streamId, clientId, seq, dueAt, version, state: JSON.stringify(state) }
}
