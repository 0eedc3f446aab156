export { incidentSchema } from '../../../web/schemas.ts'
