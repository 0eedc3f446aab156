import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { withTimeout } from '../../src/platform/with-timeout.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('an answer in time is handed on, and leaves no timer behind', async () => {
  expect(await withTimeout(1000, Promise.resolve('answer'))).toBe('answer')
  await expect(withTimeout(1000, Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
  expect(vi.getTimerCount()).toBe(0)
})

it('an answer that does not come in time is an error', async () => {
  const late = withTimeout(1000, new Promise(() => {})).catch(String)
  await vi.advanceTimersByTimeAsync(999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(await late).toBe('Error: it timed out')
})
