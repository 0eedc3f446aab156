import { invalidField } from '../../../domain/errors.ts'
import { type Entered, Field } from '../../kit/field.tsx'
import type { BulkAction } from './bulk-actions.ts'

type FieldsProps = { of: BulkAction; count: number; entered: Entered }

/** The fields of a question that only some changes ask. */
export function BulkFields({ of: { asks }, count, entered }: FieldsProps) {
  if (asks === undefined) return null
  if (asks === 'number') {
    return (
      <Field
        name="confirm"
        label={`Type ${count}, the number of clients, to confirm`}
        subject="Confirmation"
        entered={entered}
        pattern={String(count)}
        autofocus
        required
      />
    )
  }
  return (
    <Field
      name="tags"
      label={asks === 'add' ? 'Tags to add' : 'Tags to remove'}
      subject="Tags"
      entered={entered}
      hint="Separated by spaces, such as team:billing env:prod."
      autofocus
      required
    />
  )
}

/** Reads these fields, as far as the change itself has them. */
export function readBulkFields({ asks }: BulkAction, form: URLSearchParams, count: number) {
  if (asks === undefined) return {}
  if (asks === 'number') {
    if (form.get('confirm')?.trim() === String(count)) return {}
    throw invalidField('confirm', `must be ${count}, the number of clients`)
  }
  return { [asks]: [...new Set((form.get('tags') ?? '').split(/[\s,]+/).filter(Boolean))] }
}
