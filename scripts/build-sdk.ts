import { fileURLToPath } from 'node:url'
import { buildSdk } from './sdk-build.ts'

// Compiles `crytom-sdk` into its own `dist`, ready to be packed.
await buildSdk(fileURLToPath(new URL('../packages/crytom-sdk', import.meta.url)))
