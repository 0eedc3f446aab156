declare global {
  interface ImportMeta {
    /** Vite puts the files in its place, and so does the bundle of the mutants. */
    glob(
      pattern: string,
      options: { query: '?raw'; import: 'default'; eager: true },
    ): Record<string, string>
  }
}

const files = import.meta.glob('../../golden/**/*.txt', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** The texts that were accepted, by names such as `console/empty/clients`. */
export const KEPT = new Map(
  Object.entries(files).map(([path, text]) => [
    path.slice('../../golden/'.length, -'.txt'.length),
    text,
  ]),
)
