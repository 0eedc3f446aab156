import { audit } from './audit.ts'
import { arrange } from './backup/arrange.ts'
import { add as addCertificate } from './certificates/add.ts'
import { remove as removeCertificate } from './certificates/delete.ts'
import { list as listCertificates } from './certificates/list.ts'
import { find } from './find.ts'
import { respond } from './respond.ts'
import { create } from './clients/create.ts'
import { remove } from './clients/delete.ts'
import { extend } from './clients/extend.ts'
import { list } from './clients/list.ts'
import { resume } from './clients/resume.ts'
import { revokeTokens } from './clients/revoke-tokens.ts'
import { rotate } from './clients/rotate.ts'
import { show } from './clients/show.ts'
import { suspend } from './clients/suspend.ts'
import { group } from './command.ts'
import { add as addIssuer } from './issuers/add.ts'
import { remove as removeIssuer } from './issuers/delete.ts'
import { list as listIssuers } from './issuers/list.ts'
import { introspect } from './introspect.ts'
import { add as addKey } from './keys/add.ts'
import { remove as removeKey } from './keys/delete.ts'
import { list as listKeys } from './keys/list.ts'
import { login, logout } from './login.ts'
import { make } from './secrets/make.ts'
import { rotate as rotateSecret } from './secrets/rotate.ts'
import { token } from './token.ts'
import { add as addWorkload } from './workloads/add.ts'
import { remove as removeWorkload } from './workloads/delete.ts'
import { explain } from './workloads/explain.ts'
import { list as listWorkloads } from './workloads/list.ts'

const clients = group(
  'clients',
  'List, show, create, suspend, resume, rotate, extend, delete clients; revoke tokens',
  [list, show, create, suspend, resume, revokeTokens, rotate, extend, remove],
)

const keys = group('keys', 'Add, list and delete the public keys of a client', [
  addKey,
  listKeys,
  removeKey,
])

const certificates = group('certificates', 'Add, list and delete the certificates of a client', [
  addCertificate,
  listCertificates,
  removeCertificate,
])

const issuers = group('issuers', 'Trust, list and delete issuers of workload identities', [
  addIssuer,
  listIssuers,
  removeIssuer,
])

const workloads = group('workloads', 'Let workloads act as a client, and explain their tokens', [
  addWorkload,
  listWorkloads,
  removeWorkload,
  explain,
])

const secrets = group('secrets', 'Make and rotate the secrets that a server is deployed with', [
  make,
  rotateSecret,
])

const backup = group('backup', 'Make a backup of the database ready to be loaded', [arrange])

export const commands = group('portcullis', 'Administer a Portcullis server', [
  login,
  logout,
  clients,
  keys,
  certificates,
  issuers,
  workloads,
  token,
  introspect,
  find,
  respond,
  audit,
  secrets,
  backup,
])
