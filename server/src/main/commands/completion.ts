import { z } from 'zod'
import { command, type Command } from '../cli/command.ts'
import { operand } from '../cli/parameter.ts'

/** `coffer completion`. @param commands gives those that are completed */
export const completionOf = (commands: () => readonly Command[]): Command =>
  command({
    name: 'completion',
    doc: 'print what lets a shell complete the words of coffer',
    given: z.strictObject({ shell: operand(z.enum(['bash', 'zsh']), { doc: 'whose' }) }),
    examples: [
      { line: 'completion bash >> ~/.bash_completion', doc: 'from the next shell on' },
      { line: 'completion zsh > ~/.zfunc/_coffer', doc: 'where ~/.zfunc is in fpath' },
    ],
    load: async () => {
      const { bashCompletion, zshCompletion } = await import('../cli/completion.ts')
      return ({ terminal }, { shell }) => {
        const script = shell === 'bash' ? bashCompletion : zshCompletion
        terminal.text(script(commands()))
        return Promise.resolve(0)
      }
    },
  })
