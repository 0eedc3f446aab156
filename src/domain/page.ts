export type PagePosition = [key: string | number, id: number]

export type Page<T> = { items: T[]; next: PagePosition | null }
