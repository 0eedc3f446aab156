import type { ApiDocs } from '../../domain/api-docs.ts'

/** The one version that these pages were tried with, by what it must hash to (Subresource Integrity). */
export const SCALAR = {
  script: 'https://cdn.jsdelivr.net/npm/@scalar/api-reference@1.72.1/dist/browser/standalone.js',
  integrity: 'sha384-U11tb2XnKvmwt8RlTvnwUnYgrN+ur4Xyh9htLhjajWNR/Oyl5AX5DEz00qRmlrmK',
}

/** It shows, and sends nothing: nobody pastes a token into a page that runs a script from elsewhere. */
const CONFIGURATION = {
  withDefaultFonts: false,
  telemetry: false,
  hideTestRequestButton: true,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
}

export const PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/**
 * Its script and no other, which reads the document and nothing else: on this host it could use the console as
 * whoever looks at it. Scalar styles with inline styles alone, and does not run in a sandbox.
 */
export function policyFor({ script }: ApiDocs, issuer: string): string {
  return [
    "default-src 'none'",
    `script-src ${script ?? SCALAR.script}`,
    "style-src 'unsafe-inline'",
    `connect-src ${issuer}/admin/v1/openapi.json`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

export function scalarPage({ script }: ApiDocs): string {
  const source = script
    ? `src="${script}"`
    : `src="${SCALAR.script}" integrity="${SCALAR.integrity}" crossorigin="anonymous"`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Portcullis: HTTP reference</title>
</head>
<body>
<noscript>This page needs a script. <a href="openapi.json">The document that it shows</a> does not.</noscript>
<script id="api-reference" data-url="openapi.json" data-configuration='${JSON.stringify(CONFIGURATION)}'></script>
<script ${source}></script>
</body>
</html>
`
}
