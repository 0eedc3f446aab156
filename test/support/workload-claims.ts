import type { Preset, RuleTerms } from '../../src/domain/federation.ts'
import { ISSUER } from '../world/names.ts'

/** The claims of a platform's tokens, as its documentation shows them, and a rule that fits. */
export type Workload = {
  preset: Preset
  issuer: string
  alg: string
  audience?: string
  claims: Record<string, unknown>
  rule: Pick<RuleTerms, 'subject' | 'claims'>
}

export const WORKLOADS: Record<string, Workload> = {
  'GitHub Actions': {
    preset: 'github',
    issuer: 'https://token.actions.githubusercontent.com',
    alg: 'RS256',
    claims: {
      sub: 'repo:octo-org@65/octo-repo@74:environment:prod',
      environment: 'prod',
      ref: 'refs/heads/main',
      sha: 'example-sha',
      repository: 'octo-org/octo-repo',
      repository_owner: 'octo-org',
      actor_id: '12',
      repository_visibility: 'private',
      repository_id: '74',
      repository_owner_id: '65',
      run_id: 'example-run-id',
      run_attempt: '2',
      runner_environment: 'github-hosted',
      workflow: 'example-workflow',
      event_name: 'push',
      ref_type: 'branch',
      ref_protected: 'true',
      job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
    },
    rule: { subject: null, claims: { repository_id: '74', environment: 'prod' } },
  },
  'GitLab CI/CD': {
    preset: 'gitlab',
    issuer: 'https://gitlab.com',
    alg: 'RS256',
    claims: {
      sub: 'project_path:my-group/my-project:ref_type:branch:ref:feature-branch-1',
      namespace_id: '72',
      namespace_path: 'my-group',
      project_id: '20',
      project_path: 'my-group/my-project',
      user_id: '1',
      pipeline_id: '574',
      pipeline_source: 'push',
      job_id: '302',
      ref: 'feature-branch-1',
      ref_type: 'branch',
      ref_protected: 'true',
      environment_protected: 'false',
    },
    rule: { subject: null, claims: { project_id: '20', ref_protected: 'true' } },
  },
  Kubernetes: {
    preset: 'kubernetes',
    issuer: 'https://kubernetes.default.svc.cluster.example.com',
    alg: 'RS256',
    claims: {
      sub: 'system:serviceaccount:payments:nightly-export',
      'kubernetes.io': {
        namespace: 'payments',
        node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
        pod: { name: 'export-1', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
        serviceaccount: { name: 'nightly-export', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
        warnafter: 1516242629,
      },
    },
    rule: {
      subject: 'system:serviceaccount:payments:nightly-export',
      claims: { '/kubernetes.io/serviceaccount/uid': '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
    },
  },
  AWS: {
    preset: 'aws',
    issuer: 'https://ec21df1d-1c2b-4d3e-8a4f-123456789012.tokens.sts.global.api.aws',
    alg: 'ES384',
    claims: {
      sub: 'arn:aws:iam::123456789012:role/DataProcessingRole',
      'https://sts.amazonaws.com/': {
        aws_account: '123456789012',
        source_region: 'us-east-1',
        org_id: 'o-abc1234567',
        principal_id: 'arn:aws:iam::123456789012:role/DataProcessingRole',
      },
    },
    rule: {
      subject: 'arn:aws:iam::123456789012:role/DataProcessingRole',
      claims: { '/https:~1~1sts.amazonaws.com~1/aws_account': '123456789012' },
    },
  },
  'Microsoft Entra ID, version 1': {
    preset: 'azure',
    issuer: 'https://sts.windows.net/fa15d692-e9c7-4460-a743-29f29522229a/',
    alg: 'RS256',
    audience: 'api://portcullis',
    claims: {
      sub: '3f7c9a44-6d6b-4b58-9d0b-3b1b7ee0a111',
      oid: '3f7c9a44-6d6b-4b58-9d0b-3b1b7ee0a111',
      tid: 'fa15d692-e9c7-4460-a743-29f29522229a',
      appid: '11111111-2222-3333-4444-555555555555',
      idtyp: 'app',
      ver: '1.0',
    },
    rule: { subject: null, claims: { oid: '3f7c9a44-6d6b-4b58-9d0b-3b1b7ee0a111' } },
  },
  'Microsoft Entra ID, version 2': {
    preset: 'azure',
    issuer: 'https://login.microsoftonline.com/fa15d692-e9c7-4460-a743-29f29522229a/v2.0',
    alg: 'RS256',
    audience: '99999999-8888-7777-6666-555555555555',
    claims: {
      sub: '3f7c9a44-6d6b-4b58-9d0b-3b1b7ee0a111',
      oid: '3f7c9a44-6d6b-4b58-9d0b-3b1b7ee0a111',
      tid: 'fa15d692-e9c7-4460-a743-29f29522229a',
      ver: '2.0',
    },
    rule: { subject: '3f7c9a44-6d6b-4b58-9d0b-3b1b7ee0a111', claims: {} },
  },
  'Google Cloud': {
    preset: 'gcp',
    issuer: 'https://accounts.google.com',
    alg: 'RS256',
    claims: {
      sub: '112010400000000710080',
      azp: '112010400000000710080',
      email: 'nightly-export@project.iam.gserviceaccount.com',
      email_verified: true,
    },
    rule: { subject: '112010400000000710080', claims: {} },
  },
  SPIFFE: {
    preset: 'spiffe',
    issuer: 'spiffe://example.org',
    alg: 'ES256',
    claims: { sub: 'spiffe://example.org/payments/export' },
    rule: { subject: 'spiffe://example.org/payments/export', claims: {} },
  },
}

export const audienceOf = ({ audience }: Workload): string => audience ?? ISSUER

export function workloadOf(name: string): Workload {
  const workload = WORKLOADS[name]
  if (!workload) throw new Error(`there is no workload of ${name}`)
  return workload
}
