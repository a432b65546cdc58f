import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Abi, Hex } from 'viem'
import { z } from 'zod'

const Artifact = z.object({
  file: z.string(),
  sourceSha256: z.string(),
  bytecode: z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]+$/)]),
  abi: z.custom<Abi>((value) => Array.isArray(value)),
})

/** A compiled test contract of `contracts/`. */
export type Artifact = Readonly<{ file: string; sourceSha256: string; bytecode: Hex; abi: Abi }>

/** Where the contracts are. */
export const contractsDirectory = join(import.meta.dirname, '../../contracts')

/** Reads the artifact of a contract. */
export async function readArtifact(contract: string): Promise<Artifact> {
  const path = join(contractsDirectory, 'artifacts', `${contract}.json`)
  return Artifact.parse(JSON.parse(await readFile(path, 'utf8')))
}
