export type { AuthServerBindings, AuthServerOptions } from './options.ts'
export { type AuthServer, createAuthServer } from './server.ts'
