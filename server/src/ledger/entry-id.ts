import type { ShellCtx } from '../shell/context.ts'
import type { EntryId } from './transfer.ts'

/** A new entry id; ids made later sort later, as far as clocks agree. */
export const nextEntryId = (ctx: Pick<ShellCtx, 'ids'>): EntryId => ctx.ids.next('entry') as EntryId
