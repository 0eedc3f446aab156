/** The names of APIs and roles, for a page that says what many clients may do. */
export type Names = {
  apis: { audience: string; name: string; isOwn: boolean }[]
  roles: { roleId: string; name: string }[]
}

/** A role, or an API of which any permission is held. */
export type RoleOrApi = { roleId: string } | { audience: string }

/** How many hold it; counting ends at `HOLDERS_MAX`, because all of very many would be read. */
export type HolderCounts = { clients: number; roles: number }
export const HOLDERS_MAX = 100

export interface Catalogue {
  holders(held: RoleOrApi): Promise<HolderCounts>
  /** By name. At most a few hundred of each: more than a person chooses from. */
  names(): Promise<Names>
}
