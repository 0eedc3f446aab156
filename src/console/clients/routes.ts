import type { ConsoleRoute } from '../kit/console-env.ts'
import { clientActivityRoutes } from './activity.tsx'
import { bulkRoutes } from './bulk/routes.tsx'
import { certificateRoutes } from './certificates/routes.tsx'
import { clientChangeRoutes } from './changes.tsx'
import { clientDetailsRoutes } from './details/routes.tsx'
import { clientCreateRoutes } from './edit/create.tsx'
import { clientEditRoutes } from './edit/edit.tsx'
import { keyRoutes } from './keys/routes.tsx'
import { clientListRoutes } from './list/routes.tsx'
import { previewRoutes } from './preview.tsx'
import { secretRoutes } from './secrets/routes.tsx'
import { workloadRoutes } from './workloads/routes.tsx'

export const clientRoutes: ConsoleRoute[] = [
  ...clientListRoutes,
  ...bulkRoutes,
  ...clientCreateRoutes,
  ...clientDetailsRoutes,
  ...clientEditRoutes,
  ...clientChangeRoutes,
  ...secretRoutes,
  ...keyRoutes,
  ...certificateRoutes,
  ...workloadRoutes,
  ...previewRoutes,
  ...clientActivityRoutes,
]
