// The console's forms are judged by the same schemas.
export { administratorPatchSchema, newAdministratorSchema } from '../../../web/schemas.ts'
