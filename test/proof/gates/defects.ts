import type { Edit } from '../build.ts'

const HELD = 'src/storage/gates/held-facts.ts'
const GATES = 'src/storage/gates/gates.ts'
const GATE = 'src/domain/gate.ts'
const COMMIT = 'src/actions/changes/commit-change.ts'

export const DEFECTS: { name: string; edits: Edit[] }[] = [
  {
    name: 'the answer does not wait for the gates',
    edits: ['src/web/prepare.ts', 'src/http/oauth/endpoint.ts'].map((file) => ({
      file,
      find: 'if (pending) await pending',
      replace: 'void pending',
    })),
  },
  {
    name: 'a slow read is kept after an invalidation: there is no epoch',
    edits: [
      { file: HELD, find: 'if (epoch === this.epoch) this.held', replace: 'this.held' },
    ].concat({
      file: HELD,
      find: '{ ...began, facts }',
      replace: '{ ...began, epoch: this.epoch, facts }',
    }),
  },
  {
    name: 'the lease begins when the read ends',
    edits: [
      {
        file: HELD,
        find: '{ ...began, facts }',
        replace: '{ ...began, readAt: this.now(), facts }',
      },
    ],
  },
  {
    name: 'a read is shared across an epoch',
    edits: [
      {
        file: HELD,
        find: 'if (this.underway && this.mayServe(this.underway, lease)) return',
        replace: 'if (this.underway) return',
      },
    ],
  },
  {
    name: 'nothing waits where an invalidation is lost',
    edits: [
      {
        file: GATES,
        find: "if (touched !== 'everybody' && (await haveForgotten(calls, touched))) return",
        replace: "if (touched !== 'everybody') return void (await haveForgotten(calls, touched))",
      },
    ],
  },
  {
    name: 'nothing waits for a role',
    edits: [
      { file: GATE, find: "return isOfAccess(write) ? 'everybody' : NONE", replace: 'return NONE' },
    ],
  },
  {
    name: 'the lease is counted from the last answer',
    edits: [
      {
        file: HELD,
        find: 'return this.held.facts',
        replace: '{ this.held = { ...this.held, readAt: this.now() }; return this.held.facts }',
      },
    ],
  },
  {
    name: 'only half of the lease is waited for',
    edits: [{ file: GATES, find: '(calls.lease + RATE) * 1000', replace: 'calls.lease * 500' }],
  },
  {
    name: 'a repeated suspension is answered without invalidating',
    edits: [
      {
        file: COMMIT,
        find: 'settleGates(deps, touchedBy(decision.writes',
        replace: 'if (decision.events.length > 0) settleGates(deps, touchedBy(decision.writes',
      },
    ],
  },
  {
    name: 'a deleted client is remembered',
    edits: [
      {
        file: GATE,
        find: 'return [write.before, write.after].filter(',
        replace: 'return [write.after].filter(',
      },
    ],
  },
  {
    name: 'that a client is gone is said without invalidating',
    edits: [
      {
        file: 'src/actions/clients/change-client.ts',
        find: 'settleClients(deps, [request.clientId])',
        replace: '',
      },
    ],
  },
  {
    name: 'a token that was revoked before is said to be without invalidating',
    edits: [
      {
        file: 'src/actions/tokens/revoke-token.ts',
        find: 'if (facts.revoked) settleClients(deps, [claims.client_id])',
        replace: 'if (facts.revoked) return',
      },
    ],
  },
  {
    name: 'a form that was carried out before says so without telling the gate',
    edits: [
      {
        file: 'src/console/forms/run-form.ts',
        find: '    settleMade(deps, error.made, clientsOf(c))\n',
        replace: '    void [settleMade, clientsOf]\n',
      },
    ],
  },
  {
    name: 'a role that was changed before is said to be without waiting',
    edits: [{ file: GATE, find: 'before === after || ', replace: '' }],
  },
]
