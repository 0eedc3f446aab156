const secret = {
  secret_id: 'secret_4Xq8mZr1Tn0cVb7LwKs2Yd',
  hint: 'a1b2',
  created_at: '2026-09-02T08:00:00Z',
  expires_at: '2026-12-01T23:59:59Z',
  last_used_at: null,
  remind: true,
  reminded_at: null,
  retires_at: null,
}

const client = {
  client_id: 'client_7Hq2mXr9Tn4cVb1LwKs8Yd',
  client_name: 'Nightly export',
  description: '',
  status: 'needs_attention',
  attention: [
    {
      reason: 'secret_expiring',
      secret_id: secret.secret_id,
      expires_at: secret.expires_at,
    },
  ],
  secrets: [secret],
  roles: [],
  permissions: [{ audience: 'https://billing.example.com', permission: 'invoices:read' }],
  scope: 'invoices:read',
  access_token_lifetime: 43_200,
  allow_self_rotation: false,
  tags: ['env:production', 'team:billing'],
  suspended_at: null,
  suspended_reason: null,
  tokens_valid_from: null,
  propagation: 'complete',
  created_at: '2026-09-02T08:00:00Z',
  created_by: 'bootstrap',
  updated_at: '2026-09-02T08:00:00Z',
  last_token_at: null,
}

const times = { created_at: '2026-09-02T08:00:00Z', updated_at: '2026-09-02T08:00:00Z' }

/** What an answer looks like, by the name of its schema. */
export const EXAMPLES: Record<string, unknown> = {
  Client: client,
  Secret: secret,
  Api: {
    api_id: 'api_2Kq8mZr1Tn0cVb7LwKs4Yd',
    audience: 'https://billing.example.com',
    name: 'Billing',
    permissions: [{ permission: 'invoices:read', description: 'Read invoices' }],
    ...times,
  },
  Role: {
    role_id: 'role_9Tq8mZr1Tn0cVb7LwKs4Yd',
    name: 'Reader',
    description: '',
    permissions: client.permissions,
    ...times,
  },
  Administrator: {
    administrator_id: 'administrator_5Rq8mZr1Tn0cVb7LwKs4Yd',
    email: 'ada@example.com',
    access: 'manage',
    ...times,
  },
  SigningKey: {
    kid: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    algorithm: 'ES256',
    state: 'active',
    created_at: '2026-06-04T08:00:00Z',
    activates_at: '2026-09-02T08:00:00Z',
    retired_at: null,
    revoked_at: null,
  },
  AuditEvent: {
    event_id: 'evt_3Wq8mZr1Tn0cVb7LwKs4Yd',
    at: '2026-09-02T08:00:00Z',
    action: 'client.suspended',
    actor: { type: 'bootstrap', id: 'bootstrap' },
    client_id: client.client_id,
    target: { type: 'client', id: client.client_id },
    reason: 'token in a public log',
    request_id: '7d0e5f1c2b3a4d5e',
  },
  Introspection: { active: false },
}
