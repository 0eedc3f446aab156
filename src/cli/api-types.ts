import type { EventsWebhookResponse, ResentResponse } from '../http/admin/events/response.ts'
import type { AdministratorResponse } from '../http/admin/administrators/response.ts'
import type { ApiResponse } from '../http/admin/apis/response.ts'
import type {
  AcceptedLogResponse,
  CheckpointResponse,
  ConsistencyResponse,
  LogVerdictResponse,
  ProvenEventResponse,
} from '../http/admin/audit/response.ts'
import type {
  AttentionResponse,
  BulkResponse,
  CertificateResponse,
  ClientResponse,
  KeyResponse,
  SecretResponse,
} from '../http/admin/clients/response.ts'
import type {
  DiagnosisResponse,
  FederatedCredentialResponse,
  IssuerResponse,
} from '../http/admin/federation/response.ts'
import type { ImportResponse } from '../http/admin/imports/response.ts'
import type {
  IncidentResponse,
  RecordedIncidentResponse,
} from '../http/admin/incidents/response.ts'
import type { LookupResponse, MatchResponse } from '../http/admin/lookups/response.ts'
import type { TestMailResponse } from '../http/admin/reminders/response.ts'
import type { RoleResponse } from '../http/admin/roles/response.ts'
import type { PageResponse } from '../http/admin/shared/response.ts'
import type { SigningKeyResponse } from '../http/admin/signing-keys/response.ts'
import type { AilingResponse } from '../http/health-response.ts'
import type { EventResponse } from '../web/event-response.ts'

// The types of the server's response schemas, and nothing else of it.

type AddedToSecrets = 'label' | 'retire_others_in'
export type SecretBody = Omit<SecretResponse, AddedToSecrets> &
  Partial<Pick<SecretResponse, AddedToSecrets>>
export type BulkBody = BulkResponse
export type KeyBody = KeyResponse
export type CertificateBody = CertificateResponse
export type IssuerBody = IssuerResponse
export type RuleBody = FederatedCredentialResponse
export type DiagnosisBody = DiagnosisResponse
export type LookupBody = LookupResponse
export type MatchBody = MatchResponse
export type ApiBody = ApiResponse
export type RoleBody = RoleResponse
export type AdministratorBody = AdministratorResponse
export type SigningKeyBody = SigningKeyResponse
export type VerdictBody = LogVerdictResponse
export type CheckpointBody = CheckpointResponse
export type ConsistencyBody = ConsistencyResponse
export type ProvenEventBody = ProvenEventResponse
export type AcceptedLogBody = AcceptedLogResponse
export type TestMailBody = TestMailResponse
export type EventsWebhookBody = EventsWebhookResponse
export type ResentBody = ResentResponse
export type IncidentBody = IncidentResponse
export type HealthBody = Omit<AilingResponse, 'status'> & { status: string }
export type ImportBody = ImportResponse
export type RecordedBody = RecordedIncidentResponse
export type AttentionBody = AttentionResponse
export type EventBody = EventResponse
export type PageBody<T> = PageResponse<T>

/** A server of an earlier release does not have these. */
type Added =
  | ('tags' | 'contacts' | 'last_used_at' | 'dpop_required')
  | ('keys' | 'federated_credentials' | 'certificates')
export type ClientBody = Omit<ClientResponse, Added> & Partial<Pick<ClientResponse, Added>>
