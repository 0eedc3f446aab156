// The parts of a history with gates: the server, and both parts of a gate. One bundle, so that a defect can be planted.

export { createAuthServer } from '../../../src/server.ts'
export { readClientFacts } from '../../../src/storage/gates/client-facts.ts'
export { HeldFacts } from '../../../src/storage/gates/held-facts.ts'
