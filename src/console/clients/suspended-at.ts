/** Names the suspension to be lifted: a later one is somebody else's. */
export const SUSPENDED_AT = 'suspended_at'
