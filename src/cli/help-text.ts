import type { Command } from './command.ts';

/** How the commands are written. */
export function helpText(commands: readonly Command[]): string {
  const lines = commands.flatMap(({ name, summary, options, positional }) => {
    const words = [name, ...(positional === undefined ? [] : [`<${positional}>`])];
    const given = options.map((option) => `[--${option} …]`);
    return [`  poe-proxy ${[...words, ...given].join(' ')}`, `      ${summary}`];
  });
  return [
    'Usage (all with --json and --help; the environment, or .env, is that of the gateway):',
    '',
    ...lines,
  ].join('\n');
}
