import { usageFailure } from '../failure.ts'
import { fieldsOf } from '../http.ts'
import { hasPrivateKey, jsonOf } from '../key-file.ts'

export function readKeySet(text: string): object {
  if (hasPrivateKey(text))
    throw usageFailure('There is a private key in the JWKS. Nothing was sent.')
  const set = fieldsOf(jsonOf(text))
  if (!Array.isArray(set['keys'])) throw usageFailure('The keys are not a JWKS: {"keys": [...]}.')
  return set
}
