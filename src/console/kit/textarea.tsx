import type { JSX } from 'hono/jsx/jsx-runtime'

type TextAreaProps = Omit<JSX.IntrinsicElements['textarea'], 'value'> & { value: string }

/** Doubles a first line break: parsers drop one after the start tag (HTML §13.2.6.4.7). */
export function TextArea({ value, ...attributes }: TextAreaProps) {
  return <textarea {...attributes}>{/^[\r\n]/.test(value) ? `\n${value}` : value}</textarea>
}
