import type { Hono } from 'hono'
import { newApp } from '../web/app.ts'
import type { ConsoleEnv } from './console-env.ts'
import { ICON } from './icon.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

const HEADERS = {
  'Cache-Control': 'public, max-age=300',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** The style sheet, the script and the icon: from this host, for everyone. */
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
