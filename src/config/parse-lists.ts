import { isIP } from 'node:net';
import type { StaticKey } from './config.ts';

/** Splits a comma separated list; blanks around and between the items do not count. */
export function parseList(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((item) => item.trim() || []);
}

/** `10.0.0.0/8, fd00::/8` or a number of hops; `false` when nothing is trusted. */
export function parseTrustedProxies(
  text: string | undefined,
  problems: string[],
): string[] | number | false {
  const items = parseList(text);
  if (items.length === 0) return false;
  if (items.length === 1 && /^\d+$/.test(items[0] ?? '')) return Number(items[0]) || false;
  const wrong = items.filter((item) => !isAddressOrCidr(item));
  if (wrong.length > 0) {
    problems.push(
      `TRUSTED_PROXIES: "${wrong.join('", "')}" is neither an address, a CIDR such as 10.0.0.0/8, nor a number of hops such as 1`,
    );
  }
  return items;
}

function isAddressOrCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

/** `*`, or origins such as `https://chat.example.com`. */
export function parseOrigins(text: string | undefined, problems: string[]): string[] {
  const items = parseList(text);
  for (const item of items) {
    if (item === '*' || isOrigin(item)) continue;
    problems.push(`CORS_ORIGINS: "${item}" must be * or an origin such as https://chat.corp.com`);
  }
  return items;
}

function isOrigin(text: string): boolean {
  return !text.includes('*') && URL.canParse(text) && new URL(text).origin === text;
}

/** Shorter secrets could be guessed at the rate that an address is allowed. */
const LEAST_SECRET_LENGTH = 16;

/**
 * `name:secret, name:secret`. Problems say the number of the item and quote nothing of it: with a
 * colon or comma in the wrong place anything in it may be the secret.
 */
export function parseStaticKeys(
  text: string | undefined,
  problems: string[],
  variable = 'PROXY_API_KEYS',
  leastLength = LEAST_SECRET_LENGTH,
): StaticKey[] {
  const keys: StaticKey[] = [];
  parseList(text).forEach((item, index) => {
    const colon = item.indexOf(':');
    const name = item.slice(0, Math.max(colon, 0)).trim();
    const secret = item.slice(colon + 1).trim();
    if (!/^[\w.-]{1,64}$/.test(name)) {
      problems.push(
        `${variable}: item ${index + 1} must be name:secret, the name of letters, digits, "_", "." or "-"`,
      );
    } else if (secret.length < leastLength) {
      problems.push(
        `${variable}: the secret of item ${index + 1} must have at least ${leastLength} characters`,
      );
    } else if (/[^\x21-\x7e]/.test(secret)) {
      problems.push(
        `${variable}: the secret of item ${index + 1} must be of plain characters without blanks, as no header can carry others`,
      );
    } else if (keys.some((key) => key.name === name || key.secret === secret)) {
      problems.push(`${variable}: item ${index + 1} repeats a name or a secret given before`);
    } else {
      keys.push({ name, secret });
    }
  });
  return keys;
}
