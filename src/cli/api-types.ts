// The admin API's answers, as far as the command line reads them; docs/http-api.md has them all.

export type SecretBody = {
  secret_id: string
  hint: string
  created_at: string
  expires_at: string
  last_used_at: string | null
  retires_at: string | null
}

export type AttentionBody = { reason: string; secret_id?: string; expires_at?: string }

export type ClientBody = {
  client_id: string
  client_name: string
  description: string
  status: string
  attention: AttentionBody[]
  secrets: SecretBody[]
  roles: string[]
  permissions: { audience: string; permission: string }[]
  access_token_lifetime: number
  /** Missing from a server of an earlier release. */
  tags?: string[]
  suspended_at: string | null
  suspended_reason: string | null
  propagation: 'complete' | 'pending'
  created_at: string
  created_by: string
  last_token_at: string | null
}

export type EventBody = {
  at: string
  action: string
  actor: { type: string; id: string }
  client_id: string | null
  target: { type: string; id: string }
  reason?: string
}

export type PageBody<T> = { data: T[]; next_cursor: string | null }
