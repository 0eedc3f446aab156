import { base64OfBytes } from './base64.ts'
import { isPrivateUrl } from './loopback.ts'

/** Says what is wrong with the URL of a webhook, and quotes none of it: it may hold a token. */
export function webhookUrlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !isPrivateUrl(url)) return 'must be an https URL'
  // The Fetch Standard: fetch refuses such a URL every time.
  return url.username === '' && url.password === '' ? null : 'must have no user and no password'
}

/** One signature as https://www.standardwebhooks.com says; `at` is in seconds. */
export async function signWebhook(
  key: Uint8Array,
  { id, at, body }: { id: string; at: number; body: string },
): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const hmac = await crypto.subtle.importKey('raw', Uint8Array.from(key), algorithm, false, [
    'sign',
  ])
  const text = new TextEncoder().encode(`${id}.${at}.${body}`)
  return `v1,${base64OfBytes(new Uint8Array(await crypto.subtle.sign('HMAC', hmac, text)))}`
}

type Post = { url: string; headers: Record<string, string>; body: string; timeout: number }

/**
 * Posts JSON and returns the status. A redirect is not followed: who answers it was not chosen.
 * @throws whatever fetch does if there is no answer; its message may quote the URL
 */
export async function postJson(
  { url, headers, body, timeout }: Post,
  fetcher: typeof globalThis.fetch = globalThis.fetch,
): Promise<{ ok: boolean; status: number }> {
  const all = { 'Content-Type': 'application/json', ...headers }
  const signal = AbortSignal.timeout(timeout)
  const init = { method: 'POST', headers: all, body, signal, redirect: 'manual' } as const
  const response = await fetcher(url, init)
  // Not awaited: the status is the answer, and an endless body does not change it.
  response.body?.cancel().catch(() => undefined)
  return { ok: response.ok, status: response.status }
}
