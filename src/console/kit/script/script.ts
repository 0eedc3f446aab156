import { COMFORT } from './comfort.ts'
import { DIALOGS } from './dialogs.ts'
import { FORMS } from './forms.ts'
import { SEARCH } from './search.ts'

/** The console's only script. Everything works without it, with less comfort. */
export const SCRIPT = `{${COMFORT}${DIALOGS}${SEARCH}${FORMS}
enhance(document)
}
`
