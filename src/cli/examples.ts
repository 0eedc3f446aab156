/** Examples for the help of each command, without the name of the program. */
export const EXAMPLES: Record<string, string[]> = {
  login: ['login --url https://auth.example.com --client-id client_PWlYbZGJJy9utL4rLyjy6H'],
  logout: ['logout'],
  'clients list': [
    'clients list --status needs_attention --sort expires_at',
    'clients list --query partner --role Reader --all --json',
  ],
  'clients show': ['clients show "Partner import"'],
  'clients create': [
    'clients create "Partner import" --permission https://api.example.com=invoices:read --tag prod',
    'clients create "Invoice reader" --no-secret --role Reader',
  ],
  'clients duplicate': [
    'clients duplicate "Partner import" "Partner import (staging)" --tag staging',
  ],
  'clients edit': [
    'clients edit "Partner import" --description "Reads what we billed" --lifetime 30m',
    'clients edit "Partner import" --tag prod --untag staging --no-require-dpop --profile none',
  ],
  'clients tag': ['clients tag "Partner import" "Nightly export" --tag team:billing --untag old'],
  'clients access show': ['clients access show "Partner import"'],
  'clients access add': [
    'clients access add "Partner import" --permission https://api.example.com=invoices:write',
  ],
  'clients access remove': ['clients access remove "Partner import" --role Reader --revoke-tokens'],
  'clients access set': [
    'clients access set "Partner import" --role Reader',
    'clients access set "Partner import" --none',
  ],
  'clients suspend': ['clients suspend "Partner import" --reason "token in a public log"'],
  'clients resume': ['clients resume "Partner import"'],
  'clients revoke-tokens': ['clients revoke-tokens "Partner import" "Nightly export"'],
  'clients rotate': [
    'clients rotate "Partner import" --activate-on-first-use --retire-others-in 7d',
  ],
  'clients extend': ['clients extend "Partner import" secret_4Xq8mZr1Tn0cVb7LwKs2Yd --by 7d'],
  'clients secrets list': ['clients secrets list "Partner import"'],
  'clients secrets show': ['clients secrets show "Partner import" x3L6'],
  'clients secrets create': ['clients secrets create "Partner import" --label "CI runner"'],
  'clients secrets label': ['clients secrets label "Partner import" x3L6 "CI runner"'],
  'clients secrets delete': ['clients secrets delete "Partner import" x3L6 --yes'],
  'clients delete': ['clients delete "Partner import"', 'clients delete "Partner import" --yes'],
  'apis list': ['apis list'],
  'apis show': ['apis show https://api.example.com'],
  'apis create': [
    'apis create https://api.example.com --name Billing --permission "invoices:read=Read invoices"',
  ],
  'apis edit': [
    'apis edit https://api.example.com --permission invoices:void --group Invoices',
    'apis edit https://api.example.com --remove-permission invoices:write',
  ],
  'apis delete': ['apis delete https://api.example.com --yes'],
  'roles list': ['roles list'],
  'roles show': ['roles show Reader'],
  'roles create': ['roles create Reader --permission https://api.example.com=invoices:read'],
  'roles edit': ['roles edit Reader --name "Invoice reader" --description "Reads invoices"'],
  'roles delete': ['roles delete Reader --yes'],
  'keys add': ['keys add "Invoice reader" public-key.pem --label "CI runner"'],
  'keys list': ['keys list "Invoice reader"'],
  'keys show': ['keys show "Invoice reader" key_4Xq8mZr1Tn0cVb7LwKs2Yd'],
  'keys delete': ['keys delete "Invoice reader" key_4Xq8mZr1Tn0cVb7LwKs2Yd'],
  'certificates add': [
    'certificates add "Invoice reader" client.pem --label "Export server"',
    'certificates add "Invoice reader" --san-dns exports.example.com',
  ],
  'certificates list': ['certificates list "Invoice reader"'],
  'certificates show': ['certificates show "Invoice reader" cert_4Xq8mZr1Tn0cVb7LwKs2Yd'],
  'certificates delete': ['certificates delete "Invoice reader" cert_4Xq8mZr1Tn0cVb7LwKs2Yd'],
  'issuers add': ['issuers add https://token.actions.githubusercontent.com --preset github'],
  'issuers list': ['issuers list'],
  'issuers show': ['issuers show https://token.actions.githubusercontent.com'],
  'issuers edit': ['issuers edit https://ci.example.com --max-lifetime 1h --check-jti'],
  'issuers delete': ['issuers delete iss_4Xq8mZr1Tn0cVb7LwKs2Yd'],
  'workloads add': [
    'workloads add "Invoice reader" --issuer-id iss_4Xq8mZr1Tn0cVb7LwKs2Yd --claim environment=production',
  ],
  'workloads list': ['workloads list "Invoice reader"'],
  'workloads show': ['workloads show "Invoice reader" fed_4Xq8mZr1Tn0cVb7LwKs2Yd'],
  'workloads explain': ['workloads explain token.txt --client "Invoice reader"'],
  'workloads delete': ['workloads delete "Invoice reader" fed_4Xq8mZr1Tn0cVb7LwKs2Yd'],
  token: [
    'token --scope clients:read --decode',
    'token --client-id client_PWlYbZGJJy9utL4rLyjy6H --key private-key.pem',
  ],
  introspect: ['introspect - < token.txt'],
  find: ['find - < found.txt', 'find x3L6'],
  respond: ['respond "Invoice reader" --reason "secret in a public log"'],
  'incidents show': ['incidents show incident_dEKrg6T0x8D04dXSJctKLA'],
  'audit list': [
    'audit --client "Partner import" --action client.suspended',
    'audit list --all --json',
  ],
  'audit verify': ['audit verify'],
  'audit accept': ['audit accept --yes', 'audit accept --broken-at 4711'],
  'administrators list': ['administrators list'],
  'administrators show': ['administrators show ada@example.com'],
  'administrators add': ['administrators add ada@example.com --access view'],
  'administrators edit': ['administrators edit ada@example.com --access manage'],
  'administrators remove': ['administrators remove ada@example.com --yes'],
  'signing-keys list': ['signing-keys list'],
  'signing-keys rotate': ['signing-keys rotate'],
  'signing-keys revoke': [
    'signing-keys revoke --yes -- -8mZr1Tn0cVb7LwKs2YdNzbLsXh8uDCcd6MNwXF4W7',
  ],
  'reminders test': ['reminders test --email ada@example.com'],
  health: ['health', 'health --fail-on failing', 'health --url https://auth.example.com --json'],
  'secrets make': ['secrets make --file portcullis-secrets.json'],
  'secrets rotate': ['secrets rotate PEPPER --file pepper.json'],
  'backup arrange': ['backup arrange backup.sql --file restore.sql'],
}

/** The examples of a command as its help ends with them. */
export function examplesOf(name: string): string {
  const lines = (EXAMPLES[name] ?? []).map((example) => `  portcullis ${example}`)
  return `\nExamples:\n${lines.join('\n')}`
}
