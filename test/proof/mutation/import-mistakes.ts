import type { Mistake } from './mistakes.ts'

const IMPORT = 'src/actions/clients/import-clients.ts'

/** Mistakes of imports and of the secrets that they bring. */
export const IMPORT_MISTAKES: Mistake[] = [
  {
    name: 'the hash of another server is verified as often as anyone asks',
    file: 'src/actions/auth/authenticate-client.ts',
    find: '  if (isCostly(row.credential)) await refuseCostly(deps, attempt, now)\n',
    replace: '',
    noticedBy: 'test/attacks/imported-secrets.test.ts',
  },
  {
    name: 'the hash of another server is believed for any client',
    file: 'src/crypto/secret-verifiers.ts',
    find: 'return keyId === verifier.keyId && hash !== undefined',
    replace: 'return keyId !== undefined && hash !== undefined',
    noticedBy: 'test/attacks/imported-secrets.test.ts',
  },
  {
    name: 'the hash of another server is kept after the first use',
    file: 'src/crypto/secret-verifiers.ts',
    find: ' || sealedHashIn(verifier) !== null',
    replace: '',
    noticedBy: 'test/http/imported-secrets.test.ts',
  },
  {
    name: 'the id of a deleted client is used again',
    file: IMPORT,
    find: '      if (deleted.has(clientId)) throw',
    replace: '      if (deleted.has(`${clientId} `)) throw',
    noticedBy: 'test/http/admin/client-imports.test.ts',
  },
  {
    name: 'tokens of an earlier client are those of an imported one',
    file: IMPORT,
    find: '    generation: now,',
    replace: '    generation: 0,',
    noticedBy: 'test/http/admin/client-imports.test.ts',
  },
  {
    name: 'a client that exists is imported over again',
    file: IMPORT,
    find: 'client ? noChange(client) : await',
    replace: 'client && now < 0 ? noChange(client) : await',
    noticedBy: 'test/http/admin/client-imports.test.ts',
  },
  {
    name: 'a machine imports clients',
    file: 'src/http/admin/imports/routes.ts',
    find: "right: 'person'",
    replace: "right: 'clients:manage'",
    noticedBy: 'test/http/admin/client-imports.test.ts',
  },
  {
    name: 'a short secret is imported',
    file: 'src/domain/imported-secret.ts',
    find: 'const TEXT_MIN = 16',
    replace: 'const TEXT_MIN = 1',
    noticedBy: 'test/http/admin/client-imports.test.ts',
  },
]
