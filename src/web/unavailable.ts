/** For an answer 503: seconds after which the same request may be sent again. */
export const RETRY_AFTER = '5'

export const TRY_AGAIN = 'Try again in a moment.'
