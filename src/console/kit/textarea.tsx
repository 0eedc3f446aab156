import type { JSX } from 'hono/jsx/jsx-runtime'

type TextAreaProps = Omit<JSX.IntrinsicElements['textarea'], 'value'> & { value: string }

/** Parsers drop a line break right after the start tag (HTML §13.2.6.4.7): one that must stay gets another. */
export function TextArea({ value, ...attributes }: TextAreaProps) {
  return <textarea {...attributes}>{/^[\r\n]/.test(value) ? `\n${value}` : value}</textarea>
}
