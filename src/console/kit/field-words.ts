/** Fields whose label is not their name. */
const LABELS: Record<string, string> = {
  client_name: 'Name',
  expires_on: 'Expiry date',
  retire_others_in: 'The other secrets',
  retire_others_on: 'Last day of the other secrets',
  access_token_lifetime: 'Access token lifetime',
  allow_self_rotation: 'Self-rotation',
  subject_dn: 'Subject',
  jwks_uri: 'JWKS URL',
  jwks: 'JWKS',
  issuer: 'Issuer URL',
  issuer_id: 'Issuer',
  email: 'Email address',
  confirm: 'Confirmation',
  confirm_audience_in_use: 'Confirmation of the new audience',
  measures: 'What to do',
  bound: 'Bound tokens',
  pem: 'Certificate',
  key: 'Public key',
  profile: 'Security profile',
}

/** The label of a field: `Name` for `client_name`. */
export function fieldInWords(field: string): string {
  const words = field.replaceAll('_', ' ')
  return LABELS[field] ?? words.charAt(0).toUpperCase() + words.slice(1)
}
