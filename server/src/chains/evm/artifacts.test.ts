import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { contractsDirectory, readArtifact } from '../../../test/artifact.ts'

/** Seen to fail when a source was changed without compiling it. */
test('every compiled contract is that of its source as it stands', async () => {
  const files = await readdir(join(contractsDirectory, 'artifacts'))
  assert.ok(files.length > 0)
  for (const name of files) {
    const { file, sourceSha256 } = await readArtifact(name.replace('.json', ''))
    const source = await readFile(join(contractsDirectory, file), 'utf8')
    const hash = createHash('sha256').update(source).digest('hex')
    assert.equal(sourceSha256, hash, `${file} was changed: run node contracts/compile.ts`)
  }
})
