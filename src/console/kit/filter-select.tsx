export type FilterOption = [value: string, label: string]

type FilterSelectProps = {
  name: string
  label: string
  /** The label of the choice that filters nothing. */
  none?: string
  options: FilterOption[]
  value: string
}

/** A filter of a list. Without a visible label: what is chosen says what it is. */
export function FilterSelect({ name, label, none, options, value }: FilterSelectProps) {
  const all: FilterOption[] = none === undefined ? options : [['', none], ...options]
  return (
    <select name={name} aria-label={label}>
      {all.map(([option, text]) => (
        <option value={option} selected={option === value}>
          {text}
        </option>
      ))}
    </select>
  )
}
