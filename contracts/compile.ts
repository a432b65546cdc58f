import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'

// Compiles every contract of this folder into `artifacts/`, which is committed: tests and the local
// node read the artifacts and never compile. Run it after a source was changed.

const Compiled = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        abi: z.array(z.unknown()),
        evm: z.object({ bytecode: z.object({ object: z.string() }) }),
      }),
    ),
  ),
})

// solc is CommonJS without types: what it exports is checked like any other answer.
const Compiler = z.object({
  compile: z.custom<(input: string) => unknown>((value) => typeof value === 'function'),
})

const here = import.meta.dirname
const artifacts = join(here, 'artifacts')
const names = (await readdir(here)).filter((name) => name.endsWith('.sol')).sort()
const sources = Object.fromEntries(
  await Promise.all(
    names.map(async (name) => [name, await readFile(join(here, name), 'utf8')] as const),
  ),
)

const compiled = compile(sources)
await mkdir(artifacts, { recursive: true })
for (const [file, contracts] of Object.entries(compiled.contracts)) {
  const sourceSha256 = createHash('sha256')
    .update(sources[file] ?? '')
    .digest('hex')
  for (const [contract, { abi, evm }] of Object.entries(contracts)) {
    if (evm.bytecode.object === '') continue
    const artifact = { contract, file, sourceSha256, bytecode: `0x${evm.bytecode.object}`, abi }
    await writeFile(join(artifacts, `${contract}.json`), `${JSON.stringify(artifact, null, 1)}\n`)
    process.stdout.write(`artifacts/${contract}.json\n`)
  }
}

function compile(texts: Readonly<Record<string, string>>): z.infer<typeof Compiled> {
  const { compile: run } = Compiler.parse(createRequire(import.meta.url)('solc'))
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      Object.entries(texts).map(([name, content]) => [name, { content }]),
    ),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      // The oldest rules that all our networks have long had.
      evmVersion: 'paris',
      // The same bytes whoever compiles, wherever.
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output = Compiled.parse(JSON.parse(z.string().parse(run(JSON.stringify(input)))))
  const broken = output.errors.filter((error) => error.severity === 'error')
  if (broken.length > 0) throw new Error(broken.map((each) => each.formattedMessage).join('\n'))
  return output
}
