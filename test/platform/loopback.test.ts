import { describe, expect, it } from 'vitest'
import { isLoopback, isPrivateUrl } from '../../src/platform/loopback.ts'

describe('isLoopback', () => {
  it.each([
    'localhost',
    'LocalHost',
    'api.localhost',
    '127.0.0.1',
    '127.8.9.10',
    '[::1]',
    new URL('http://127.1').hostname,
    new URL('http://[0:0::1]').hostname,
  ])('%s is this machine', (hostname) => {
    expect(isLoopback(hostname)).toBe(true)
  })

  it.each([
    'example.com',
    'localhost.example.com',
    'notlocalhost',
    '127.0.0.1.example.com',
    '128.0.0.1',
    '[::2]',
    '0.0.0.0',
    '',
  ])('%s is not', (hostname) => {
    expect(isLoopback(hostname)).toBe(false)
  })
})

describe('isPrivateUrl', () => {
  it.each([
    ['https://example.com', true],
    ['http://localhost:8787', true],
    ['http://[::1]/', true],
    ['http://example.com', false],
    ['ftp://localhost', false],
  ])('%s: %s', (url, expected) => {
    expect(isPrivateUrl(new URL(url))).toBe(expected)
  })
})
