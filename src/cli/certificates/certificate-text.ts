import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { onlyPemBlock } from '../../platform/pem.ts'
import { usageFailure } from '../failure.ts'
import { hasPrivateKey } from '../key-file.ts'
import { textOf } from '../text-file.ts'

/** A certificate for a request. */
export function readCertificate(text: string): string {
  if (hasPrivateKey(text)) {
    throw usageFailure(
      'There is a private key in it, which stays with its client. Nothing was sent.',
    )
  }
  if (onlyPemBlock(text, 'CERTIFICATE') === null) {
    throw usageFailure(
      'That is not a certificate as PEM: one block of -----BEGIN CERTIFICATE-----, and nothing else.',
    )
  }
  return text
}

/** The certificate with its private key, for a TLS handshake: both as PEM. */
export type ClientCertificate = { cert: string; key: string }

export function readClientCertificate(certFile: string, keyFile: string): ClientCertificate {
  const [cert, key] = [textOf(certFile), textOf(keyFile)]
  if (!certificateIn(cert, certFile).checkPrivateKey(keyIn(key, keyFile))) {
    throw usageFailure(`${keyFile} is not the private key of ${certFile}.`)
  }
  return { cert, key }
}

function certificateIn(text: string, file: string): X509Certificate {
  try {
    return new X509Certificate(text)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw usageFailure(`${file} is not a certificate as PEM.`)
  }
}

function keyIn(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw usageFailure(`${file} is not a private key as PEM without a passphrase.`)
  }
}
