/** Seconds after which a caller may come back to a server that could not answer. */
export const RETRY_AFTER = '5'

export const TRY_AGAIN = 'Try again in a moment.'
