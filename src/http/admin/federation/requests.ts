export {
  diagnosisSchema,
  issuerPatchSchema,
  newFederatedCredentialSchema,
  newIssuerSchema,
} from '../../../web/federation-schemas.ts'
