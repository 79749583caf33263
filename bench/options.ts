import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Contestant } from './contestants/contestant.ts';

export interface Options {
  readonly isShort: boolean;
  readonly rounds: number;
  /** How long windows are, as a multiple of the usual. */
  readonly scale: number;
  /** Names of groups. */
  readonly only: readonly string[];
  /** Names of contestants. */
  readonly contestants: readonly string[];
  readonly also: readonly Contestant[];
  /** Folder for CPU profiles. */
  readonly profile?: string;
}

/** What there is to choose from. */
export interface Choice {
  readonly groups: readonly string[];
  readonly contestants: readonly string[];
  /** Those who take part only if they are named. */
  readonly onRequest: readonly string[];
}

export const HELP = `npm run bench -- [options]

  --short                 fewer steps, shorter windows; a first look, not a result
  --rounds N              how often each figure is measured (5; short: 3)
  --scale X               windows X times as long (1); with 0.3 and two rounds a run
                          takes a quarter of an hour
  --only a,b              groups of figures
  --contestants a,b       who takes part; ratios are to bare, so leave it in; besides those of a
                          whole run poe-proxy-open and poe-proxy-teams, for what teams cost
  --also name=url[,header=value…]
                          a gateway that runs already, in front of the upstream that is printed at
                          the start (--upstream-port keeps its port the same); may be repeated
  --profile FOLDER        with profiles for Chrome's developer tools: who is profiled is slower
  --upstream-port N       where the upstream listens; any free port if left out
  --help
`;

/**
 * The words of a command line. @throws Error that says what is wrong with them
 * @returns 'help' if that is wanted
 */
export function parseOptions(
  words: readonly string[],
  choice: Choice,
): (Options & { readonly upstreamPort: number }) | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      scale: { type: 'string', default: '1' },
      only: { type: 'string' },
      contestants: { type: 'string' },
      profile: { type: 'string' },
      also: { type: 'string', multiple: true, default: [] },
      'upstream-port': { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    isShort: values.short,
    rounds: whole('--rounds', values.rounds ?? (values.short ? '3' : '5'), 1),
    scale: positive('--scale', values.scale),
    only: chosen('--only', values.only, choice.groups),
    contestants: chosen('--contestants', values.contestants, choice.contestants, choice.onRequest),
    also: values.also.map(parseAlso),
    ...(values.profile !== undefined && { profile: resolve(values.profile) }),
    upstreamPort: whole('--upstream-port', values['upstream-port'], 0),
  };
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${option}: "${text}" is no whole number from ${least}`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 10) return value;
  throw new Error(`${option}: "${text}" is no number above 0, and 10 at most`);
}

function chosen(
  option: string,
  text: string | undefined,
  usual: readonly string[],
  onRequest: readonly string[] = [],
): readonly string[] {
  if (text === undefined) return usual;
  const known = [...usual, ...onRequest];
  const names = text.split(',');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new Error(`${option}: there is no "${unknown}", but ${known.join(', ')}`);
}

function parseAlso(text: string): Contestant {
  const [first = '', ...headers] = text.split(',');
  const [name, address] = pair(first);
  if (!URL.canParse(address)) throw new Error(`--also: no URL in "${text}"`);
  const { protocol, hostname, port, pathname } = new URL(address);
  if (protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(hostname)) {
    throw new Error(`--also: ${address} is not http:// on this machine`);
  }
  const target = {
    port: Number(port || 80),
    path: pathname === '/' ? '/v1/chat/completions' : pathname,
    headers: Object.fromEntries(headers.map(pair)),
  };
  return { name, description: address, launch: undefined, target: () => target };
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--also: "${text}" is no name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}
