type SignInProps = {
  base: string
  next: string
  hasBootstrap: boolean
  problem?: string | undefined
}

/** The ways of signing in that are configured; where there is none, how to get one. */
export function SignInPage({ base, next, hasBootstrap, problem }: SignInProps) {
  return (
    <section class="card narrow">
      <h1>Sign in to Portcullis</h1>
      {problem && (
        <div class="problems" role="alert">
          <p>{problem}</p>
        </div>
      )}
      {hasBootstrap && (
        <form method="post" action={`${base}/sign-in`}>
          <input type="hidden" name="next" value={next} />
          <div class="field">
            <label for="token">Bootstrap token</label>
            <p class="hint">For the first day and for break-glass. Locally it is in .dev.vars.</p>
            <input
              id="token"
              name="token"
              type="password"
              required
              autofocus
              autocomplete="current-password"
            />
          </div>
          <button type="submit">Sign in</button>
        </form>
      )}
      {!hasBootstrap && (
        <p>
          No way of signing in is configured. Set OIDC_ISSUER, OIDC_CLIENT_ID and
          OIDC_CLIENT_SECRET, or ACCESS_TEAM_DOMAIN and ACCESS_AUD, or BOOTSTRAP_TOKEN.
        </p>
      )}
    </section>
  )
}
