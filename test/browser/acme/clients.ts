/** A client: its name, its description, its role or direct permissions, and the days until its secret expires. */
export type Listed = [name: string, description: string, access: string, days: number]

const LONG =
  'A name of a hundred characters without a space. The settlement runs on the third working day of each month and must not be interrupted; call the treasury desk before suspending it.'

const NAMED: Listed[] = [
  ['Partner: Tailspin Toys', '', 'logistics', 1],
  ['Penetration test 2026-11', 'For Redteam Ltd., 16 to 30 November.', 'billing', 2],
  ['Airflow (staging)', 'Same as prod on the staging cluster.', 'Analytics pipeline', 13],
  ['UPS integration', 'Carrier UPS.', 'Carrier integration', 6],
  ['Refund bot', 'Zendesk macro that refunds small amounts.', 'Refund desk', 9],
  ['ייצוא חשבוניות תל אביב', 'Invoice export for the Tel Aviv office.', 'Invoice reader', 12],
  [
    'Warehouse scanner gateway – Zaragoza',
    'Gateway for the scanners in ZAZ1.',
    'Warehouse scanner',
    2,
  ],
  ['test', '', '', 90],
  [
    'Partner: Adventure Works',
    'Reseller, APAC. Onboarding, no permission until the contract is signed.',
    '',
    90,
  ],
  ['GitLab CI – data-platform', 'Publishes data sets from main.', 'data', 300],
  [
    'FedEx integration (pilot)',
    'Pilot until the end of Q4, then decide.',
    'Carrier integration',
    200,
  ],
  [
    'Postman (shared)',
    'Shared by the QA team. To be replaced by one client per person.',
    'billing',
    60,
  ],
  ['🚚 Fleet tracker', 'Trucks report their position; reads shipments. 🚚📦', 'logistics', 90],
  ['Edge cache warmer', 'Warms the CDN each hour.', 'logistics', 90],
  ['Airflow (prod)', 'Nightly jobs of the data team, 18 DAGs.', 'Analytics pipeline', 120],
  ['Partner: Northwind Traders', 'Reseller. Contract ends 2027-06-30.', 'logistics', 400],
  ['Looker dashboards', 'Read only, revenue dashboards.', 'Invoice reader', 90],
  ['Snowflake external function', 'Called from Snowflake for enrichment.', 'data', 90],
  [
    'Integration-for-the-consolidated-monthly-intercompany-settlement-between-ACME-Holding-and-26-subsid',
    LONG,
    'billing',
    90,
  ],
  ['Stripe webhook relay', 'Receives Stripe webhooks and books payments.', 'billing', 365],
  [
    'Nightly billing export',
    'Exports yesterday’s invoices to the warehouse bucket at 02:15 UTC.',
    'Invoice reader',
    90,
  ],
  [
    'DHL Express integration',
    'Carrier DHL. Contact: integrations@dhl.example, ticket LOG-2214.',
    'Carrier integration',
    90,
  ],
  [
    '🤖 Support agent (LLM)',
    'Reads invoices and shipments to answer tickets. Never gets write access.',
    'Invoice reader',
    30,
  ],
  ['부산 물류 연동', '부산항 물류 시스템.', 'Carrier integration', 90],
  ['Partner: Fabrikam', 'Reseller, US.', 'logistics', 90],
  ['SAP S/4HANA connector', 'Posts incoming invoices.', 'billing', 500],
  [
    'تكامل الفواتير – الرياض',
    'تصدير الفواتير اليومية إلى نظام المحاسبة في الرياض.',
    'Invoice reader',
    90,
  ],
  ['上海仓库扫描网关', '上海仓库的手持扫描终端网关，负责人：王伟。', 'Warehouse scanner', 90],
  ['SIEM audit export', 'Splunk pulls the audit events every five minutes.', 'data', 90],
  [
    '株式会社サンプル 請求連携',
    '日本子会社の請求書連携。担当：経理部 佐藤。',
    'Invoice reader',
    90,
  ],
  [
    'Warehouse scanner gateway – Kraków',
    'Gateway for the scanners in KRK2.',
    'Warehouse scanner',
    90,
  ],
  [
    'Warehouse scanner gateway – Rotterdam',
    'Gateway for the scanners in RTM1.',
    'Warehouse scanner',
    90,
  ],
]

const STORES = Array.from({ length: 28 }, (_, i): Listed => {
  const number = 107 + i * 7
  return [`Store ${number} point of sale`, `Till server of store ${number}.`, 'logistics', 90 + i]
})

/** Sixty, as a company of some size has them. */
export const CLIENTS: Listed[] = [...STORES, ...NAMED]

/** Those whose access is suspended, with the reason. */
export const SUSPENDED: Record<string, string> = {
  'Postman (shared)': 'SEC-881: the secret was found in a public collection',
  'Partner: Fabrikam': 'Contract ended',
}
