import type { Credential } from '../../domain/credential.ts'
import type { AuthenticationMethod } from './authentication-method.ts'
import { secretMethod } from './secret-method.ts'

const METHODS: Record<Credential['kind'], AuthenticationMethod> = { secret: secretMethod }

export function methodOf({ kind }: Pick<Credential, 'kind'>): AuthenticationMethod {
  return METHODS[kind]
}
