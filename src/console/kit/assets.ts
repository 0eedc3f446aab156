import type { Hono } from 'hono'
import { crc32 } from '../../platform/crc32.ts'
import { newApp } from '../../web/app.ts'
import type { ConsoleEnv } from './console-env.ts'
import { SCRIPT } from './script/script.ts'
import { STYLE } from './style/sheet.ts'

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** For an address with the version that is served: another release has another address. */
const FOREVER = 'public, max-age=31536000, immutable'
const SHORTLY = 'public, max-age=300'

/** A portcullis, half lowered. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 30V14a12 12 0 0 1 24 0v16" fill="none" stroke="#4a5bd4" stroke-width="4"/><path d="M11 8v15m5-17v19m5-17v15M6 14h20M6 20h20" stroke="#4a5bd4" stroke-width="2.5"/></svg>`

const FILES: Record<string, { type: string; text: string }> = {
  'style.css': { type: 'text/css', text: STYLE },
  'console.js': { type: 'text/javascript', text: SCRIPT },
  'icon.svg': { type: 'image/svg+xml', text: ICON },
}

const versions = new Map<string, string>()

/** Worked out when it is first needed, so that an isolate that only issues tokens does not. */
function versionOf(file: string): string {
  const known = versions.get(file)
  if (known !== undefined) return known
  const version = crc32(FILES[file]?.text ?? '').toString(36)
  versions.set(file, version)
  return version
}

/** The address of a file, which changes with its content. */
export function assetPath(base: string, file: string): string {
  return `${base}/${file}?v=${versionOf(file)}`
}

/** Serves the style sheet, the script and the icon, without a session. */
export function assetRoutes(): Hono<ConsoleEnv> {
  const assets = newApp<ConsoleEnv>()
  for (const [file, { type, text }] of Object.entries(FILES)) {
    assets.get(`/${file}`, (c) =>
      c.body(text, 200, {
        ...HEADERS,
        'Cache-Control': c.req.query('v') === versionOf(file) ? FOREVER : SHORTLY,
        'Content-Type': `${type}; charset=utf-8`,
      }),
    )
  }
  return assets
}
