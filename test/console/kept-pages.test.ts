import { expect, it } from 'vitest'
import { openBook } from '../support/golden/book.ts'
import { mainOutlineOf, outlineOf } from '../support/golden/outline.ts'
import { stable } from '../support/golden/stable.ts'

const PAGE = `<!doctype html><html lang="en"><head><title>A &amp; B</title></head><body><div class="frame">
<nav><a href="/a" aria-current="page">A</a><a href="/b">B</a></nav><main id="main"><p>One <b>two</b> three<br/><input value="4"/></p><pre>a\n b</pre><p></p></main></div></body></html>`

it('an outline has each element on a line, and shows every space that a reader would see', () => {
  expect(mainOutlineOf(PAGE)).toBe(`<title> A &amp; B
<div class="frame">
  <a href="/a" aria-current="page"> A
<main id="main">
  <p>
    One␣
    <b> two
    ␣three
    <br>
    <input value="4">
  <pre>
    | a
    |  b
  <p>
`)
  expect(outlineOf('<i><b>1</b></i>')).toBe('<i>\n  <b> 1\n')
  expect(() => outlineOf('<i><b>1</i>')).toThrow('</i> ends a b')
  expect(() => outlineOf('<i>1')).toThrow('ends inside a i')
})

it('what is random has a name by its place, and the same thing the same name', () => {
  const [one, two] = ['a', 'b'].map((letter) => `client_${letter.repeat(22)}`)
  expect(stable(`${two} ${one} ${two} client_id`)).toBe('client-1 client-2 client-1 client_id')
})

it('a page that differs, is new or is not there any more is named, with its first lines that differ', async () => {
  const kept = new Map([
    ['f/same', 'a'],
    ['f/longer', 'a\nb'],
    ['f/other', 'a\nb\nc\nd'],
    ['f/gone', 'a'],
    ['g/elsewhere', 'a'],
  ])
  const { compare, close } = openBook('f', kept)
  await compare('same', 'a')
  await compare('longer', 'a\nb\nc')
  await compare('other', 'a\nB\nc\nd')
  await compare('new', 'a')
  expect(await close()).toBe(`f/longer from line 3:
  + c
f/other from line 2:
  - b
  + B
f/new is new
f/gone is not rendered any more
Is it meant? \`npm run golden\` accepts it; look at the diff.`)
  await expect(compare('same', 'a')).rejects.toThrow('Two pages are called f/same')
})
