import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import type { ConsoleEnv } from './console-env.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

const HEADERS = {
  'Cache-Control': 'public, max-age=300',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** A portcullis, half lowered. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 30V14a12 12 0 0 1 24 0v16" fill="none" stroke="#4a5bd4" stroke-width="4"/><path d="M11 8v15m5-17v19m5-17v15M6 14h20M6 20h20" stroke="#4a5bd4" stroke-width="2.5"/></svg>`

/** Serves the style sheet, the script and the icon, without a session. */
export function assetRoutes(): Hono<ConsoleEnv> {
  const assets = newApp<ConsoleEnv>()
  const files: [path: string, type: string, text: string][] = [
    ['/style.css', 'text/css', STYLE],
    ['/console.js', 'text/javascript', SCRIPT],
    ['/icon.svg', 'image/svg+xml', ICON],
  ]
  for (const [path, type, text] of files) {
    const headers = { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` }
    assets.get(path, (c) => c.body(text, 200, headers))
  }
  return assets
}
