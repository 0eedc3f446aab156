import { COMFORT } from './comfort.ts'
import { DIALOGS } from './dialogs.ts'
import { FORMS } from './forms.ts'
import { KEYS } from './keys.ts'
import { SEARCH } from './search.ts'

const PARTS = `{${COMFORT}${KEYS}${DIALOGS}${SEARCH}${FORMS}
enhance(document)
}
`

/** The console's only script, without its comments. Everything works without it, with less comfort. */
export const SCRIPT = PARTS.replaceAll(/^ *\/\/.*\n/gm, '')
