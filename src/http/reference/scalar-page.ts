import type { ApiDocs } from '../../domain/api-docs.ts'

/** The one version tested with these pages, pinned by its hash (Subresource Integrity). */
export const SCALAR = {
  script: 'https://cdn.jsdelivr.net/npm/@scalar/api-reference@1.72.1/dist/browser/standalone.js',
  integrity: 'sha384-U11tb2XnKvmwt8RlTvnwUnYgrN+ur4Xyh9htLhjajWNR/Oyl5AX5DEz00qRmlrmK',
}

/** Shows and sends nothing: no token should be pasted into a page that runs a foreign script. */
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
 * Allows only its own script, which reads only the document: on this host a script could use the
 * console as its visitor. Scalar uses inline styles alone, and does not run in a sandbox.
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
