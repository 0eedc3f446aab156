import { Copied } from './copied.tsx'

type SnippetTabsProps = { legend?: string; snippets: [string, string][] }

/** Tabs without a script: each radio button shows the box with the same number. */
export function SnippetTabs({ legend = 'Ways to get a token', snippets }: SnippetTabsProps) {
  return (
    <fieldset class="choices">
      <legend class="unseen">{legend}</legend>
      {snippets.map(([name], i) => (
        <label>
          <input type="radio" name="snippet" checked={i === 0} />
          {name}
        </label>
      ))}
      {snippets.map(([name, text], i) => (
        <div>
          <Copied id={`snippet-${i}`} what={name} text={text} />
        </div>
      ))}
    </fieldset>
  )
}
