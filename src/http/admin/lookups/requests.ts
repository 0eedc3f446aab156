export { lookupSchema } from '../../../web/schemas.ts'
