// What a history of gates runs: the server, and the two parts of a gate. One bundle, so that a defect can be planted.

export { createAuthServer } from '../../../src/server.ts'
export { readClientFacts } from '../../../src/storage/gates/client-facts.ts'
export { HeldFacts } from '../../../src/storage/gates/held-facts.ts'
