import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// The commands and the metadata servers of platforms, as far as docs/workload-identity.md uses them.
// They give a token to nothing but a request for the right audience.

/** How a command is called, as a pattern of bash, and what runs in its place. */
const COMMANDS: [pattern: string, runs: string][] = [
  ["'gh api repos/octo-org/octo-repo --jq .id'", 'echo 74'],
  ['curl*"audience=$PORTCULLIS "*https://actions.example/token?api-version=2.0', 'json value'],
  ["'apk add --no-cache curl jq'", ':'],
  [
    "'kubectl get --raw /.well-known/openid-configuration'",
    'echo "{\\"issuer\\":\\"$PLATFORM_ISSUER\\"}"',
  ],
  ["'kubectl get --raw /openid/v1/jwks'", 'cat "$PLATFORM/jwks"'],
  ["'kubectl create serviceaccount nightly-export --namespace payments'", ':'],
  [
    "'kubectl get serviceaccount nightly-export --namespace payments -o jsonpath={.metadata.uid}'",
    'echo 14ee3fa4-a7e2-420f-9f9a-dbc4507c3798',
  ],
  [
    "'aws iam enable-outbound-web-identity-federation --query IssuerIdentifier --output text'",
    'echo "$PLATFORM_ISSUER"',
  ],
  [
    '"aws sts get-web-identity-token --audience $PORTCULLIS --signing-algorithm ES384 --duration-seconds 300 --query WebIdentityToken --output text"',
    'token',
  ],
  ["'az account show --query tenantId --output tsv'", 'echo fa15d692-e9c7-4460-a743-29f29522229a'],
  ["'az ad app create --display-name Portcullis --query appId --output tsv'", 'echo portcullis'],
  ["'az ad app update --id portcullis --identifier-uris api://portcullis'", ':'],
  ["'az ad sp create --id portcullis'", ':'],
  [
    "'az identity show --resource-group billing --name nightly-export --query principalId --output tsv'",
    'echo 3f7c9a44-6d6b-4b58-9d0b-3b1b7ee0a111',
  ],
  [
    'curl*Metadata:true*api-version=2018-02-01*"resource=api://portcullis http://169.254.169.254/metadata/identity/oauth2/token"',
    'json access_token',
  ],
  [
    "'gcloud iam service-accounts describe nightly-export@project.iam.gserviceaccount.com --format=value(uniqueId)'",
    'echo 112010400000000710080',
  ],
  [
    'curl*Metadata-Flavor:*"audience=$PORTCULLIS -d format=full http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity"',
    'token',
  ],
  [
    '"spire-agent api fetch jwt -audience $PORTCULLIS -output json"',
    'echo "[{\\"svids\\":[{\\"svid\\":\\"$(token)\\"}]}]"',
  ],
  // The API that the workload calls in the end: it repeats what it was sent.
  ['curl*https://billing.example.com/invoices', 'echo "$*"'],
]

const NAMES = new Set(COMMANDS.map(([pattern]) => /\w[\w-]*/.exec(pattern)?.[0] ?? ''))

/** jq, as far as it takes one member out of another. */
const JQ = `#!/usr/bin/env node
const [, path] = process.argv.slice(2)
const steps = path.match(/\\w+/g)
const json = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
console.log(steps.reduce((value, step) => value?.[step] ?? null, json))
`

function program(): string {
  const curl = execFileSync('bash', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim()
  return [
    '#!/bin/bash',
    'token() { cat "$PLATFORM/token"; }',
    'json() { echo "{\\"$1\\":\\"$(token)\\"}"; }',
    'case "$(basename "$0") $*" in',
    ...COMMANDS.map(([pattern, runs]) => `${pattern}) ${runs} ;;`),
    `"curl "*"$PORTCULLIS/"*) exec ${curl} "$@" ;;`,
    '*) echo "No platform knows this: $0 $*" >&2; exit 1 ;;',
    'esac',
  ].join('\n')
}

/** Puts the commands into `folder`, which belongs at the head of the PATH. */
export function installPlatforms(folder: string): void {
  mkdirSync(folder)
  const files = { platforms: program(), jq: JQ }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o755)
  }
  for (const name of NAMES) symlinkSync('platforms', join(folder, name))
}
