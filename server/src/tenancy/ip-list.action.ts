import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { deleteRange, insertRange, rangesOf, updateEnabled } from './ip-list.store.ts'
import { readRange } from './ip-range.ts'

/** Which addresses may use the keys of a book; while not `enabled`, all may. */
export type IpList = Readonly<{ enabled: boolean; ranges: readonly string[] }>

type Ctx = Pick<ShellCtx, 'db' | 'clock'>

/** Lets an address or a CIDR range in. @throws tenancy.ip_range_invalid */
export async function addToIpList(ctx: Ctx, bookId: BookId, text: string): Promise<void> {
  const range = readRange(text)
  await inDbTx(ctx, (dbTx) => insertRange(dbTx, { bookId, range, now: ctx.clock.now() }))
}

/** Takes an address or a range out, in any spelling. @throws tenancy.ip_range_invalid */
export async function removeFromIpList(ctx: Ctx, bookId: BookId, text: string): Promise<void> {
  const range = readRange(text)
  await inDbTx(ctx, (dbTx) => deleteRange(dbTx, { bookId, range }))
}

/** Turns the list of a book on or off. While it is on and empty, nobody gets in. */
export async function switchIpList(ctx: Ctx, bookId: BookId, to: 'on' | 'off'): Promise<void> {
  await inDbTx(ctx, (dbTx) => updateEnabled(dbTx, { bookId, enabled: to === 'on' }))
}

/** The list of a book. */
export const readIpList = (ctx: Pick<Ctx, 'db'>, bookId: BookId): Promise<IpList> =>
  rangesOf(ctx.db, bookId)
