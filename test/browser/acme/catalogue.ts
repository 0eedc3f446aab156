/** The APIs and roles of a company that runs a while with Portcullis. */
export const APIS = [
  {
    audience: 'https://logistics.acme.example/v2',
    name: 'Logistics API',
    permissions: [
      { permission: 'shipments:read', group: 'Shipments', description: 'Track shipments' },
      { permission: 'shipments:create', group: 'Shipments', description: 'Book a shipment' },
      {
        permission: 'shipments:cancel',
        group: 'Shipments',
        description: 'Cancel a shipment before pick-up',
      },
      { permission: 'labels:print', group: 'Labels', description: 'Print shipping labels' },
      { permission: 'stock:count', group: 'Warehouse', description: 'Report counted stock' },
    ],
  },
  {
    audience: 'https://billing.acme.example',
    name: 'Billing API',
    permissions: [
      { permission: 'invoices:read', group: 'Invoices', description: 'Read invoices' },
      {
        permission: 'invoices:write',
        group: 'Invoices',
        description: 'Create and correct invoices',
      },
      { permission: 'refunds:create', group: 'Payments', description: 'Refund a payment' },
    ],
  },
  {
    audience: 'https://data.acme.example',
    name: 'Data platform',
    permissions: [
      { permission: 'datasets:read', description: 'Read data sets' },
      { permission: 'datasets:publish', description: 'Publish data sets' },
    ],
  },
]

const [LOGISTICS, BILLING, DATA] = APIS.map(({ audience }) => audience) as [string, string, string]

const of = (audience: string, ...names: string[]) =>
  names.map((permission) => ({ audience, permission }))

export const ROLES = [
  {
    name: 'Carrier integration',
    description: 'For carriers that book and track.',
    permissions: of(
      LOGISTICS,
      'shipments:read',
      'shipments:create',
      'shipments:cancel',
      'labels:print',
    ),
  },
  {
    name: 'Warehouse scanner',
    description: 'Handheld scanners behind a gateway.',
    permissions: of(LOGISTICS, 'shipments:read', 'stock:count'),
  },
  { name: 'Invoice reader', description: 'Read only.', permissions: of(BILLING, 'invoices:read') },
  {
    name: 'Refund desk',
    description: 'Reads invoices and refunds payments.',
    permissions: of(BILLING, 'invoices:read', 'refunds:create'),
  },
  {
    name: 'Analytics pipeline',
    description: 'Reads and publishes data sets.',
    permissions: of(DATA, 'datasets:read', 'datasets:publish'),
  },
]

/** Permissions that a client has directly. */
export const DIRECT: Record<string, { audience: string; permission: string }[]> = {
  logistics: of(LOGISTICS, 'shipments:read'),
  billing: of(BILLING, 'invoices:read', 'invoices:write'),
  data: of(DATA, 'datasets:read'),
}
