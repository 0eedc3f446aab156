/** The names of APIs and roles, for a page that says what many clients may do. */
export type Names = {
  apis: { audience: string; name: string; isOwn: boolean }[]
  roles: { roleId: string; name: string }[]
}

export interface Catalogue {
  /** By name. At most a few hundred of each: more than a person chooses from. */
  names(): Promise<Names>
}
