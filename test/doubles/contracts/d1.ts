import { describe, expect, it } from 'vitest'

/**
 * The behaviour of D1 that the server relies on; `make` returns one with the migrations applied.
 */
export function d1Contract(name: string, make: () => D1Database): void {
  describe(`${name} is D1 as the server knows it`, () => {
    const insert =
      'INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at) VALUES (?, ?, ?)'
    const all = async (d1: D1Database) =>
      (await d1.prepare('SELECT * FROM portcullis_revoked_tokens ORDER BY jti').all()).results

    it('answers rows as objects, the first of them, or one column', async () => {
      const d1 = make()
      await d1.prepare(insert).bind('a', 'c', 1).run()
      expect(await all(d1)).toEqual([{ jti: 'a', client_id: 'c', expires_at: 1 }])
      const one = d1.prepare('SELECT jti, expires_at FROM portcullis_revoked_tokens')
      expect(await one.first()).toEqual({ jti: 'a', expires_at: 1 })
      expect(await one.first('expires_at')).toBe(1)
      expect(await d1.prepare('SELECT 1 WHERE false').first()).toBeNull()
    })

    it('answers what a change returns, and each null as null', async () => {
      const d1 = make()
      const returning = d1.prepare(`${insert} RETURNING jti, NULL AS empty`)
      const { results } = await returning.bind('a', 'c', 1).all()
      expect(results).toEqual([{ jti: 'a', empty: null }])
    })

    it('makes a batch one transaction: all of it, with the rows of each statement', async () => {
      const d1 = make()
      const answers = await d1.batch([
        d1.prepare(insert).bind('a', 'c', 1),
        d1.prepare('SELECT count(*) AS n FROM portcullis_revoked_tokens'),
      ])
      expect(answers.map(({ results }) => results)).toEqual([[], [{ n: 1 }]])
    })

    it('says with each answer how many bytes the database has', async () => {
      const { meta } = await make().prepare('SELECT 1').all()
      expect(meta.size_after).toBeGreaterThan(4096)
    })

    it('or none of it, with an error that says which constraint refused', async () => {
      const d1 = make()
      await d1.prepare(insert).bind('a', 'c', 1).run()
      const batch = d1.batch([
        d1.prepare(insert).bind('b', 'c', 1),
        d1.prepare(insert).bind('a', 'c', 2),
      ])
      await expect(batch).rejects.toThrow('UNIQUE constraint failed: portcullis_revoked_tokens.jti')
      expect(await all(d1)).toEqual([{ jti: 'a', client_id: 'c', expires_at: 1 }])
    })

    it('refuses what breaks a foreign key, a NOT NULL, or the syntax', async () => {
      const d1 = make()
      const run = (text: string) => d1.prepare(text).run()
      await expect(
        run("INSERT INTO portcullis_client_roles (client_id, role_id) VALUES ('x', 'y')"),
      ).rejects.toThrow('FOREIGN KEY constraint failed')
      await expect(
        run("INSERT INTO portcullis_revoked_tokens (jti, client_id) VALUES ('a', 'c')"),
      ).rejects.toThrow('NOT NULL constraint failed: portcullis_revoked_tokens.expires_at')
      await expect(run('SELEC 1')).rejects.toThrow('syntax error')
    })

    it('refuses undefined as a parameter', async () => {
      const d1 = make()
      const asked = async () => d1.prepare('SELECT ?').bind(undefined).all()
      await expect(asked()).rejects.toThrow('undefined')
    })

    it('orders two calls as they were made', async () => {
      const d1 = make()
      await Promise.all([
        d1.prepare(insert).bind('a', 'c', 1).run(),
        d1.prepare("UPDATE portcullis_revoked_tokens SET expires_at = 2 WHERE jti = 'a'").run(),
      ])
      expect(await all(d1)).toEqual([{ jti: 'a', client_id: 'c', expires_at: 2 }])
    })

    it('reads JSON, tells the time in whole seconds, and compares texts by bytes', async () => {
      const d1 = make()
      const json = d1.prepare("SELECT value ->> 'a' AS a FROM json_each(?)").bind('[{"a":1}]')
      expect(await json.first('a')).toBe(1)
      expect(Number.isInteger(await d1.prepare('SELECT unixepoch() AS t').first('t'))).toBe(true)
      const behind = d1.prepare("SELECT ?1 || char(0x10ffff) < ?1 || CAST(x'ff' AS TEXT) AS is_so")
      expect(await behind.bind('\u{10ffff}').first('is_so')).toBe(1)
      expect(await behind.bind('').first('is_so')).toBe(1)
    })
  })
}
