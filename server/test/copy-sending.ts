import type { OutgoingWorld } from './outgoing-world.ts'

const TABLES = ['sending_key', 'outgoing_attempt', 'outgoing', 'ended'] as const

/**
 * A copy of what the database knows of a book's sending, as a backup has it; the chain and the
 * signer are elsewhere, and go on.
 *
 * @returns brings the copy back
 */
export async function copySending({ db, bookId }: OutgoingWorld): Promise<() => Promise<void>> {
  const copies = new Map<string, string>()
  for (const table of TABLES) {
    const [row] = await db.query<{ rows: string }>(
      `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${table} t
       where book_id = $1`,
      [bookId],
    )
    copies.set(table, row?.rows ?? '[]')
  }
  return async () => {
    for (const table of TABLES) await db.query(`delete from ${table} where book_id = $1`, [bookId])
    for (const table of TABLES.toReversed()) {
      await db.query(
        `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
        [copies.get(table)],
      )
    }
  }
}
