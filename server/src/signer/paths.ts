import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the signer keeps its things, all of them closed to every other user. */
export type SignerPaths = Readonly<{
  /** Holds the keystore, and the key file unless that one lies elsewhere. */
  directory: string
  keystore: string
  keyFile: string
  /** The operator's rules; absent at first. */
  policy: string
  /** What was signed, chained by hashes. */
  log: string
  socketDirectory: string
  socket: string
}>

/**
 * `sockaddr_un` has 108 bytes, the last of them zero; a signer that starts listens under this name
 * with its pid behind it first.
 */
const SOCKET_PATH_BYTES_MAX = 107 - '.4194304'.length

/**
 * The signer's files under a data directory. The socket lies beside them, or, where that path
 * would be too long for a socket, in a directory of its own under the machine's temporary one.
 *
 * @param dataDirectory absolute path
 * @param temporary the machine's directory for temporary files
 * @param wanted where the operator wants the socket; empty: beside the keystore
 */
export function signerPaths(
  dataDirectory: string,
  temporary: string = tmpdir(),
  wanted = '',
): SignerPaths {
  const directory = join(dataDirectory, 'signer')
  const name = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16)
  const candidates = [directory, join(temporary, `coffer-${name}`), join('/tmp', `coffer-${name}`)]
  const socketIn = (place: string): string => join(place, 'signer.sock')
  const socketDirectory =
    (wanted === '' ? undefined : wanted) ??
    candidates.find((place) => Buffer.byteLength(socketIn(place)) <= SOCKET_PATH_BYTES_MAX) ??
    join('/tmp', `coffer-${name}`)
  return {
    directory,
    keystore: join(directory, 'keystore.json'),
    keyFile: join(directory, 'signer.key'),
    policy: join(directory, 'policy.json'),
    log: join(directory, 'log.jsonl'),
    socketDirectory,
    socket: socketIn(socketDirectory),
  }
}
