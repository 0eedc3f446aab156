/** Cloudflare's id of the request; off Cloudflare the header could be anything a caller sends. */
export function requestIdOf(request: Request): string {
  const ray = request.headers.get('cf-ray')
  return ray !== null && /^[0-9a-f]{16}(-[A-Z]{3})?$/.test(ray) ? ray : crypto.randomUUID()
}
