import { link, lstat, rename, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { AppError } from '../errors/app-error.ts'

const TRIES_MAX = 3

/**
 * Gives a socket that is listening already its well-known path. Of processes that start together
 * one gets it: a link is made only where nothing is. What a crashed process left is taken away.
 *
 * @param own where the socket listens now
 * @returns the socket's inode, by which it is known again
 * @throws signer.already_running when somebody answers on that path
 */
export async function takePlace(own: string, path: string): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (await linked(own, path)) return (await lstat(own)).ino
    const inode = await inodeAt(path)
    if (inode === undefined) continue
    if (await somebodyAnswers(path)) break
    await removeStale(path, { own, inode })
  }
  throw new AppError('signer.already_running', { socket: path })
}

/** Removes the socket's path, unless another socket has it by now. */
export async function removeSocket(path: string, inode: number): Promise<void> {
  if ((await inodeAt(path)) === inode) await rm(path, { force: true })
}

async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

async function inodeAt(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).ino
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Takes away the socket on which nobody answered, and puts back any other that came there since. */
async function removeStale(
  path: string,
  at: Readonly<{ own: string; inode: number }>,
): Promise<void> {
  const aside = `${at.own}.old`
  try {
    await rename(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if ((await inodeAt(aside)) !== at.inode) await linked(aside, path)
  await rm(aside, { force: true })
}

function somebodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
