import { Copied } from './copied.tsx'

/** The same change by the admin API and by the command line. */
export type Call = {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Beneath `/admin/v1`. */
  path: string
  body?: object
  /** After `npx portcullis`. */
  command: string
  /** The form begins empty, so that these values are made up. */
  isExample?: boolean
}

/** How a script would do what this page asks about, as its form begins. Folded: few want it. */
export function AsCommand({ issuer, call }: { issuer: string; call: Call }) {
  const { command, isExample = false } = call
  return (
    <details>
      <summary>As curl or command</summary>
      <Copied id="as-curl" what="curl command" text={curlFor(issuer, call)} />
      <Copied id="as-command" what="command" text={`npx portcullis ${command}`} />
      <p class="hint">
        {isExample && 'The values are examples: replace them with yours. '}
        <code>PORTCULLIS_TOKEN</code> is a token of the admin API; for the command,{' '}
        <code>PORTCULLIS_URL</code> is <code>{issuer}</code>.
      </p>
    </details>
  )
}

function curlFor(issuer: string, { method, path, body }: Call): string {
  const lines = [
    `curl -X ${method} '${issuer}/admin/v1${path}'`,
    `-H "Authorization: Bearer $PORTCULLIS_TOKEN"`,
  ]
  if (body !== undefined) {
    lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`)
  }
  return lines.join(' \\\n  ')
}

/** For a POSIX shell, which knows no escape within single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
