import type { Mistake } from './mistakes.ts'

const PENDING = 'src/actions/streams/pending.ts'
const PUSH = 'src/actions/streams/push-stream.ts'
const DELIVERY = 'test/http/ssf/delivery.test.ts'
const ATTACKS = 'test/http/ssf/attacks.test.ts'
const AUDIT = 'test/http/ssf/audit.test.ts'
const LIST = 'test/http/ssf/interoperability.test.ts'

/** Mistakes of streams of security events. */
export const STREAM_MISTAKES: Mistake[] = [
  {
    name: 'a stream goes on behind an event that the receiver does not have',
    file: PENDING,
    find: '(first === -1 ? events.at(-1)?.seq : events[first - 1]?.seq)',
    replace: 'events.at(-1)?.seq',
    noticedBy: DELIVERY,
  },
  {
    name: 'what was acknowledged out of order is forgotten',
    file: PENDING,
    find: 'acked.map(({ jti }) => jti)',
    replace: '[]',
    noticedBy: DELIVERY,
  },
  {
    name: 'a disabled stream is said to be verified',
    file: 'src/actions/streams/verify-stream.ts',
    find: "if (before.status === 'disabled')",
    replace: 'if (false)',
    noticedBy: 'test/http/ssf/answers.test.ts',
  },
  {
    name: 'a run that pushes undoes what the receiver decided meanwhile',
    file: 'src/storage/streams/stream-writes.ts',
    find: 'DELIVERY.some((name) => before[name] !== after[name])',
    replace: 'false',
    noticedBy: 'test/storage/streams/event-streams.test.ts',
  },
  {
    name: 'a push goes on with the next event after a refusal',
    file: PUSH,
    find: "if (answer.outcome !== 'accepted') return { taken, problem: answer.detail }",
    replace: "if (answer.outcome !== 'accepted') continue",
    noticedBy: DELIVERY,
  },
  {
    name: 'the header of a receiver goes to whatever address is in the row',
    file: PUSH,
    find: 'return opened?.endpointUrl === endpointUrl ? opened : null',
    replace: 'return opened && { ...opened, endpointUrl }',
    noticedBy: DELIVERY,
  },
  {
    name: 'a receiver that is suspended is pushed to',
    file: 'src/storage/streams/event-streams.ts',
    find: 'c.suspended_at IS NULL AND EXISTS',
    replace: 'EXISTS',
    noticedBy: DELIVERY,
  },
  {
    name: 'a run goes on pushing to a receiver that paused its stream',
    file: PUSH,
    find: 'isLong || (taken.size > 0 && !(await mayGoOn(on, run)))',
    replace: 'isLong',
    noticedBy: DELIVERY,
  },
  {
    name: 'a run begins with a receiver that was suspended meanwhile',
    file: 'src/storage/streams/event-streams.ts',
    find: 'WHERE c.client_id = s.client_id AND ${isIn(audience)})`',
    replace: 'WHERE c.client_id = s.client_id)`',
    noticedBy: DELIVERY,
  },
  {
    name: 'a token that was shown to another API, too, manages streams',
    file: 'src/actions/streams/authorize-receiver.ts',
    find: 'if (claims?.aud !== audience) {',
    replace: 'if (!claims || ![claims.aud].flat().includes(audience)) {',
    noticedBy: ATTACKS,
  },
  {
    name: 'what happens while a stream is paused is left out',
    file: 'src/actions/streams/set-stream-status.ts',
    find: "const isBack = stream.status === 'disabled' && status !== 'disabled'",
    replace: "const isBack = stream.status !== 'enabled' && status !== 'disabled'",
    noticedBy: LIST,
  },
  {
    name: 'a receiver that is cut off meanwhile still changes its stream',
    file: 'src/actions/streams/commit-stream.ts',
    find: '    deps,\n    request,\n',
    replace: '    deps,\n    { confirmRight: async () => {} },\n',
    noticedBy: AUDIT,
  },
  {
    name: 'a change of a stream takes back what its receiver took meanwhile',
    file: 'src/storage/streams/stream-writes.ts',
    find: 'from.seq === to.seq ? sql`seq` : sql`${to.seq}`',
    replace: 'sql`${to.seq}`',
    noticedBy: AUDIT,
  },
  {
    name: 'the audit log has the header of a receiver, sealed',
    file: 'src/actions/streams/commit-stream.ts',
    find: 'to: after.authorization !== null }',
    replace: 'to: after.authorization }',
    noticedBy: AUDIT,
  },
  {
    name: 'a security event says that it is an access token',
    file: 'src/assemble/assemble.ts',
    find: "'secevent+jwt'",
    replace: "'at+jwt'",
    noticedBy: LIST,
  },
]
