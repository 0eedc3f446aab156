import type { Banner } from './console-env.ts'
import { FormToken } from './field.tsx'

/** The result of the previous change, with the way back from it or on. */
export function BannerLine({ formToken, banner }: { formToken: string; banner: Banner }) {
  const { text, undo, next } = banner
  const link = next ?? (undo && 'href' in undo ? undo : null)
  return (
    <div class="banner" role="status">
      <p>
        <bdi>{text}</bdi>
      </p>
      {link && (
        <a class="button" href={link.href}>
          {link.label}
        </a>
      )}
      {undo && 'action' in undo && (
        <form method="post" action={undo.action}>
          <FormToken token={formToken} />
          {Object.entries(undo.fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit">{undo.label}</button>
        </form>
      )}
    </div>
  )
}
