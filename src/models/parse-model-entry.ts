import type { Path, Report } from '../config/read-yaml.ts';
import { parseTimeouts } from './parse-timeouts.ts';
import type { Modality, Price, RegisteredModel, RegistryDefaults } from './registered-model.ts';

/** One line without blanks around it: names stand in footers, which have to be recognised again. */
const SANE_NAME = /^(?! )[^\p{Cc}\u2028\u2029]{1,128}(?<! )$/u;

const MEMBERS = [
  'poe_name',
  'base',
  'per_1k_tokens',
  'points_per_1k_in',
  'points_per_1k_out',
  'max_tokens',
  'aliases',
  'parameters',
  'owned_by',
  'fallbacks',
  'timeouts',
];

/** @returns undefined when the entry is too broken to be a model; problems are reported. */
export function parseModelEntry(
  entry: unknown,
  path: Path,
  modality: Modality,
  defaults: RegistryDefaults,
  report: Report,
): RegisteredModel | undefined {
  const members = (typeof entry === 'object' ? entry : undefined) as Record<string, unknown> | null;
  const name = members?.poe_name;
  if (!members || typeof name !== 'string' || !SANE_NAME.test(name)) {
    report(path, 'poe_name must be the name of a Poe bot, such as GPT-4.1');
    return undefined;
  }
  const tell = (member: string, problem: string) => {
    report([...path, member], `${name}: ${problem}`);
  };
  for (const member of Object.keys(members)) {
    if (!MEMBERS.includes(member)) {
      tell(member, `unknown member "${member}": one of ${MEMBERS.join(', ')}`);
    }
  }
  return {
    name,
    modality,
    aliases: strings(members, 'aliases', tell),
    ownedBy: ownerOf(members, tell),
    price: priceOf(members, tell),
    contextCap:
      contextCap(members, tell) ?? (modality === 'text' ? defaults.textMaxTokens : undefined),
    parameters: strings(members, 'parameters', tell),
    fallbacks: members.fallbacks == null ? undefined : strings(members, 'fallbacks', tell),
    timeouts: parseTimeouts(members.timeouts, (problem) => {
      tell('timeouts', problem);
    }),
  };
}

type Tell = (member: string, problem: string) => void;

function ownerOf(members: Record<string, unknown>, tell: Tell): string {
  const value = members.owned_by ?? 'poe';
  if (typeof value === 'string') return value;
  tell('owned_by', 'owned_by must be a name, such as OpenAI');
  return 'poe';
}

function priceOf(members: Record<string, unknown>, tell: Tell): Price | undefined {
  const base = points(members, 'base', tell);
  const per1k = points(members, 'per_1k_tokens', tell);
  const per1kIn = points(members, 'points_per_1k_in', tell);
  const per1kOut = points(members, 'points_per_1k_out', tell);
  if ((per1kIn === undefined) !== (per1kOut === undefined)) {
    tell('points_per_1k_in', 'points_per_1k_in and points_per_1k_out go together: give both');
  }
  const given = [base, per1k, per1kIn, per1kOut].some((value) => value !== undefined);
  return given
    ? {
        perMessage: base ?? 0,
        per1kIn: per1kIn ?? per1k ?? 0,
        per1kOut: per1kOut ?? per1k ?? 0,
      }
    : undefined;
}

function points(members: Record<string, unknown>, member: string, tell: Tell): number | undefined {
  const value = members[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  tell(member, `${member} must be a number of points from 0 up, such as 60`);
  return undefined;
}

function contextCap(members: Record<string, unknown>, tell: Tell): number | undefined {
  const value = members.max_tokens;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 100) return value;
  tell('max_tokens', 'max_tokens must be a whole number of tokens from 100 up, such as 200000');
  return undefined;
}

function strings(members: Record<string, unknown>, member: string, tell: Tell): string[] {
  const value: unknown = members[member] ?? [];
  if (
    Array.isArray(value) &&
    value.every((item) => typeof item === 'string' && SANE_NAME.test(item))
  ) {
    return value as string[];
  }
  tell(member, `${member} must be a list of names, such as [gpt-4.1]`);
  return [];
}
