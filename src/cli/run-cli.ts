import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import { readEnvironment } from '../config/read-environment.ts';
import { ApiError } from '../errors/api-error.ts';
import { DatabaseError } from '../store/database-error.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { helpText } from './help-text.ts';
import { showResult } from './show-result.ts';

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/** @returns the exit code: 0; 1 if it failed; 2 if there is no such command or option. */
export async function runCli(words: readonly string[], version: string): Promise<number> {
  const command = COMMANDS.find(({ name }) => isBeginning(name.split(' '), words));
  if (!command) return showHelp(words);
  let given: Given;
  try {
    given = readArguments(command, words.slice(command.name.split(' ').length));
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${helpText([command])}`);
    return MISUSED;
  }
  if (given.values.help === true) return showHelp(['help'], [command]);
  try {
    console.log(showResult(await run(command, given, version), given.values.json === true));
    return DONE;
  } catch (error) {
    if (!isExpected(error)) throw error;
    console.error(messageOf(error));
    return FAILED;
  }
}

type Given = ReturnType<typeof readArguments>;

function readArguments({ options, positional }: Command, words: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const named = Object.fromEntries(options.map((name) => [name, { type: 'string' } as const]));
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { ...named, json: flag, help: flag },
    allowPositionals: true,
  });
  const wanted = positional === undefined ? 0 : 1;
  if (positionals.length !== wanted && values.help !== true) {
    throw new Error(
      positional === undefined ? `what is "${positionals.join(' ')}"?` : `say one ${positional}`,
    );
  }
  return {
    values: values as Record<string, string | boolean | undefined>,
    subject: positionals[0],
  };
}

/** The services, and Nest with them, are loaded only when there is something to do. */
async function run(
  command: Command,
  { values, subject }: Given,
  version: string,
): Promise<unknown> {
  const { openServices } = await import('./open-services.ts');
  const { services, close } = await openServices(readEnvironment(), version);
  try {
    const options = Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name.replaceAll('-', '_'), value]] : [],
      ),
    );
    return await command.run(services, { actor: actor(), options, subject: subject ?? '' });
  } finally {
    await close();
  }
}

function showHelp(words: readonly string[], commands = COMMANDS): number {
  const isAsked = words.length === 0 || ['help', '--help', '-h'].includes(words[0] ?? '');
  if (isAsked) console.log(helpText(commands));
  else console.error(`There is no command "${words.join(' ')}".\n\n${helpText(commands)}`);
  return isAsked ? DONE : MISUSED;
}

function isBeginning(name: readonly string[], words: readonly string[]): boolean {
  return name.every((word, index) => words[index] === word);
}

/** Who is logged in, for the audit log. */
function actor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // In a container the user may have a number only.
    return `cli:${process.getuid?.() ?? 'unknown'}`;
  }
}

function isExpected(error: unknown): boolean {
  return [InvalidConfiguration, ApiError, DatabaseError].some((kind) => error instanceof kind);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof DatabaseError ? `The database failed: ${message}` : message;
}
