/** Which suspension is to be lifted: another that came since is somebody else's. */
export const SUSPENDED_AT = 'suspended_at'
