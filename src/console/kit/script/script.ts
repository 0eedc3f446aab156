import { COMFORT } from './comfort.ts'
import { DIALOGS } from './dialogs.ts'
import { FORMS } from './forms.ts'

/** The console's only script. Everything works without it, with less comfort. */
export const SCRIPT = `{${COMFORT}${DIALOGS}${FORMS}
enhance(document)
}
`
