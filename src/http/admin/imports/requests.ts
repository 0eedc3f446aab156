export { importSchema } from '../../../web/import-schemas.ts'
