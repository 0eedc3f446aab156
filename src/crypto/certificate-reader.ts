import {
  CERTIFICATE_BYTES_MAX,
  type CertificateReader,
  type ReadCertificate,
} from '../domain/certificate.ts'
import { hasPrivatePem, onlyPemBlock } from '../platform/pem.ts'
import { sha256 } from '../platform/sha256.ts'
import { alternativeNamesIn, readCertificateName } from './certificate-names.ts'
import { type Der, NotDer, oidIn, readDer, SEQUENCE, timeIn, valuesIn } from './der.ts'
import { nameIn } from './distinguished-name.ts'

// By hand, because the runtime has no reader of certificates without Node's compatibility flag, which a
// host that mounts the server may not have set (docs/decisions/0037-a-certificate-is-read-by-hand.md).

export const certificateReader: CertificateReader = {
  async read(der) {
    const bytes = bytesOf(der)
    return bytes && readBytes(bytes)
  },

  async readPem(pem) {
    if (hasPrivatePem(pem)) {
      return 'must be only a certificate: this has a private key, so treat it as leaked and replace it'
    }
    const body = onlyPemBlock(pem, 'CERTIFICATE')
    const bytes = body === null ? null : bytesOf(body)
    const read = bytes && (await readBytes(bytes))
    return read ?? 'must be one PEM block that begins with -----BEGIN CERTIFICATE-----'
  },

  readName: readCertificateName,
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.fromBase64(base64)
    return bytes.length <= CERTIFICATE_BYTES_MAX ? bytes : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

async function readBytes(bytes: Uint8Array<ArrayBuffer>): Promise<ReadCertificate | null> {
  try {
    const read = partsOf(bytes)
    return { ...read, thumbprint: await sha256(bytes) }
  } catch (error) {
    if (error instanceof NotDer) return null
    throw error
  }
}

const VERSION = 0xa0
const EXTENSIONS = 0xa3

/** RFC 5280 §4.1. The signature is the business of TLS, or counts for nothing. */
function partsOf(bytes: Uint8Array<ArrayBuffer>): Omit<ReadCertificate, 'thumbprint'> {
  const [signed, algorithm, signature, another] = valuesIn(readDer(bytes), SEQUENCE)
  if (!algorithm || !signature || another) throw new NotDer('not a certificate')
  const all = valuesIn(signed, SEQUENCE)
  const fields = all[0]?.tag === VERSION ? all.slice(1) : all
  const [_serial, _algorithm, _issuer, validity, subject, key] = fields
  const [from, to] = valuesIn(validity, SEQUENCE)
  if (!from || !to || !key) throw new NotDer('not a certificate')
  const name = nameIn(subject)
  return {
    notBefore: timeIn(from),
    notAfter: timeIn(to),
    names: {
      subject_dn: name === '' ? [] : [name],
      ...alternativeNamesIn(extensionIn(fields, SUBJECT_ALT_NAME)),
    },
  }
}

const SUBJECT_ALT_NAME = '2.5.29.17'

/** The value of an extension, which a certificate has at most once (RFC 5280 §4.2). */
function extensionIn(fields: Der[], oid: string): Der | undefined {
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS)
  if (!extensions) return undefined
  const [list] = valuesIn(extensions, EXTENSIONS)
  const found = valuesIn(list, SEQUENCE)
    .map((one) => valuesIn(one, SEQUENCE))
    .filter(([type]) => oidIn(type) === oid)
  if (found.length > 1) throw new NotDer('an extension twice')
  return found[0]?.at(-1)
}
