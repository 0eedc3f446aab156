import { Copied } from '../kit/copied.tsx'

/** Tabs without a script: each radio button shows the box with the same number. */
export function SnippetTabs({ snippets }: { snippets: [string, string][] }) {
  return (
    <fieldset class="choices">
      <legend class="unseen">Ways to get a token</legend>
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
