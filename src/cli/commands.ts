import { administrators } from './administrators/commands.ts'
import { apis } from './apis/commands.ts'
import { audit } from './audit/commands.ts'
import { backup } from './backup/commands.ts'
import { certificates } from './certificates/commands.ts'
import { clients } from './clients/commands.ts'
import { group } from './command.ts'
import { events } from './events/commands.ts'
import { find } from './find.ts'
import { health } from './health.ts'
import { imports } from './import/commands.ts'
import { incidents } from './incidents/commands.ts'
import { introspect } from './introspect.ts'
import { issuers } from './issuers/commands.ts'
import { keys } from './keys/commands.ts'
import { login, logout } from './login.ts'
import { reminders } from './reminders/commands.ts'
import { respond } from './respond.ts'
import { roles } from './roles/commands.ts'
import { secrets } from './secrets/commands.ts'
import { signingKeys } from './signing-keys/commands.ts'
import { token } from './token.ts'
import { workloads } from './workloads/commands.ts'

export const commands = group('portcullis', 'Administer a Portcullis server', [
  login,
  logout,
  clients,
  apis,
  roles,
  keys,
  certificates,
  issuers,
  workloads,
  token,
  introspect,
  find,
  respond,
  incidents,
  audit,
  administrators,
  signingKeys,
  reminders,
  events,
  health,
  imports,
  secrets,
  backup,
])
