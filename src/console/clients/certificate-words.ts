import type { Certificate, CertificateMaterial, CertificateName } from '../../domain/certificate.ts'
import { cut } from '../../domain/text.ts'

export const NAME_WORDS: Record<CertificateName, string> = {
  subject_dn: 'Subject',
  san_dns: 'DNS name',
  san_uri: 'URI',
  san_ip: 'IP address',
  san_email: 'Email address',
}

/** How a certificate is recognised: the kind, and the text, which one without a subject lacks. */
export function recognisedInWords(material: CertificateMaterial): [kind: string, text: string] {
  if (material.by === 'thumbprint') return ['Exact certificate', material.subject]
  return [NAME_WORDS[material.by], material.name]
}

const NAME_SHOWN = 40

/** A certificate as people call it: by its label, or by what it is recognised by. */
export function certificateName({
  label,
  material,
}: Pick<Certificate, 'label' | 'material'>): string {
  if (label !== '') return label
  const text =
    material.by === 'thumbprint' ? material.subject || material.thumbprint : material.name
  const short = cut(text, NAME_SHOWN)
  return short === text ? text : `${short}…`
}
