// Preloaded into wrangler, which leads a process group: workerd ends with it.
import { endWithParent } from './end-with-parent.mjs'

endWithParent(() => process.kill(-process.pid, 'SIGKILL'))
