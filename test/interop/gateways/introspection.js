async function check(r) {
  const found = /^Bearer +(\S+)$/i.exec(r.headersIn.Authorization || '')
  if (!found) return refuse(r, 401, '')
  const id = r.variables.api_client_id
  const secret = r.variables.api_client_secret
  const answer = await r.subrequest('/_introspect', {
    method: 'POST',
    body: `token=${encodeURIComponent(found[1])}&client_id=${id}&client_secret=${secret}`,
  })
  // auth_request makes a 500 of what is neither 2xx nor 401 nor 403: no request passes.
  if (answer.status !== 200) return r.return(503)
  // A token that is not valid is not an error of the endpoint: it answers 200 and {"active":false}.
  const token = JSON.parse(answer.responseText)
  const audiences = Array.isArray(token.aud) ? token.aud : [token.aud]
  if (token.active !== true || !audiences.includes('https://billing.example.com')) {
    return refuse(r, 401, ' error="invalid_token"')
  }
  if (!token.scope.split(' ').includes('invoices:read')) {
    return refuse(r, 403, ' error="insufficient_scope", scope="invoices:read"')
  }
  r.headersOut['X-Client-Id'] = token.client_id
  r.return(204)
}

function refuse(r, status, why) {
  r.headersOut['WWW-Authenticate'] = `Bearer realm="billing"${why ? `,${why}` : ''}`
  r.return(status)
}

export default { check }
