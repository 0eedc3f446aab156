import type { CredentialKind } from '../../domain/credential.ts'
import type { AuthenticationMethod } from './authentication-method.ts'
import { federatedMethod } from './federated-method.ts'
import { certificateMethod } from './certificate-method.ts'
import { publicKeyMethod } from './public-key-method.ts'
import { secretMethod } from './secret-method.ts'

const METHODS: { [K in CredentialKind]: AuthenticationMethod<K> } = {
  secret: secretMethod,
  public_key: publicKeyMethod,
  federated_credential: federatedMethod,
  certificate: certificateMethod,
}

export function methodOf<K extends CredentialKind>({ kind }: { kind: K }): AuthenticationMethod<K> {
  return METHODS[kind]
}
