import type { PoeKey } from './config.ts';
import type { Environment } from './environment.ts';
import { parseList } from './parse-lists.ts';

/** Every character that a header may carry. */
const UNSENDABLE = /[^\x21-\x7e]/;
const SANE_NAME = /^[^\p{Cc}@:]{1,64}$/u;
const DEFAULT = 'default';

/**
 * The keys of Poe: one from POE_API_KEY or POE_TOKEN, or several from POE_API_KEYS as
 * `name@account:key`. Problems quote nothing of an item: anything in it may be the secret.
 */
export function parsePoeKeys(env: Environment, problems: string[]): PoeKey[] {
  const single = env.POE_API_KEY ?? env.POE_TOKEN;
  if (env.POE_API_KEYS === undefined) return singleKey(env, single, problems);
  const contradiction = ['POE_API_KEY', 'POE_TOKEN', 'POE_API_KEY_NAME'].find(
    (name) => env[name as keyof Environment] !== undefined,
  );
  if (contradiction) {
    problems.push(`POE_API_KEYS and ${contradiction} are both set: keep one of them`);
  }
  const keys: PoeKey[] = [];
  parseList(env.POE_API_KEYS).forEach((item, index) => {
    const key = parseKey(item);
    const problem = key ? problemOf(key, keys) : 'must be name@account:key';
    if (problem) problems.push(`POE_API_KEYS: item ${index + 1} ${problem}`);
    else if (key) keys.push(key);
  });
  if (keys.length === 0 && problems.length === 0) {
    problems.push('POE_API_KEYS names no key: give name@account:key, comma separated');
  }
  return keys;
}

function singleKey(env: Environment, secret: string | undefined, problems: string[]): PoeKey[] {
  if (secret === undefined) {
    problems.push('POE_API_KEY is missing: set it to a key from https://poe.com/api/keys');
  } else if (UNSENDABLE.test(secret)) {
    const name = env.POE_API_KEY === undefined ? 'POE_TOKEN' : 'POE_API_KEY';
    problems.push(`${name} has blanks or control characters in it: copy the key again`);
  }
  return [{ name: env.POE_API_KEY_NAME ?? DEFAULT, account: DEFAULT, secret: secret ?? '' }];
}

function parseKey(item: string): PoeKey | undefined {
  const colon = item.indexOf(':');
  const at = item.indexOf('@');
  if (at < 1 || colon < at) return undefined;
  const [name, account] = [item.slice(0, at).trim(), item.slice(at + 1, colon).trim()];
  const secret = item.slice(colon + 1).trim();
  return SANE_NAME.test(name) && SANE_NAME.test(account) ? { name, account, secret } : undefined;
}

function problemOf({ name, secret }: PoeKey, others: readonly PoeKey[]): string | undefined {
  if (secret === '' || UNSENDABLE.test(secret)) {
    return 'has no key, or one with blanks or control characters in it: copy the key again';
  }
  return others.some((other) => other.name === name || other.secret === secret)
    ? 'repeats a name or a key given before'
    : undefined;
}
