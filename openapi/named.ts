import type * as v from 'valibot'
import {
  accessSchema,
  administratorPatchSchema,
  apiPatchSchema,
  clientPatchSchema,
  duplicateSchema,
  newAdministratorSchema,
  newApiSchema,
  newClientSchema,
  newRoleSchema,
  newSecretSchema,
  permissionSchema,
  rolePatchSchema,
} from '../src/web/schemas.ts'
import * as answers from './answers.ts'
import * as oauth from './oauth-schemas.ts'

/** The schemas that have a name in the document: what is sent, as it is validated, and what is answered. */
export const NAMED: Record<string, v.GenericSchema> = {
  Permission: permissionSchema,
  NewClient: newClientSchema,
  ClientOverrides: duplicateSchema,
  ClientChange: clientPatchSchema,
  Access: accessSchema,
  NewSecret: newSecretSchema,
  NewApi: newApiSchema,
  ApiChange: apiPatchSchema,
  NewRole: newRoleSchema,
  RoleChange: rolePatchSchema,
  NewAdministrator: newAdministratorSchema,
  AdministratorChange: administratorPatchSchema,
  Client: answers.client,
  CreatedClient: answers.createdClient,
  Secret: answers.secret,
  CreatedSecret: answers.createdSecret,
  Api: answers.api,
  Role: answers.role,
  Administrator: answers.administrator,
  SigningKey: answers.signingKey,
  AuditEvent: answers.auditEvent,
  Problem: answers.problem,
  Token: oauth.token,
  Introspection: oauth.introspection,
  OAuthError: oauth.oauthError,
  Metadata: oauth.metadata,
  KeySet: oauth.keySet,
}
