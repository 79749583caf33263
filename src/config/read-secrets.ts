import { readFileSync } from 'node:fs';
import type { RawEnvironment } from './read-environment.ts';

/** Every variable that holds a secret; each may come from a mounted file by its `_FILE` twin. */
export const SECRETS = [
  'POE_API_KEY',
  'POE_TOKEN',
  'POE_API_KEYS',
  'PROXY_API_KEYS',
  'REDIS_URL',
  'DATABASE_URL',
  'BUDGET_WEBHOOK_URL',
  'ADMIN_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

/**
 * The environment with the content of `NAME_FILE` in place of `NAME`; problems are added. They do
 * not quote the path: some people put the secret itself there.
 */
export function readSecrets(raw: RawEnvironment, problems: string[]): RawEnvironment {
  const result: Record<string, string | undefined> = { ...raw };
  for (const name of SECRETS) {
    const file = raw[`${name}_FILE`]?.trim();
    if (!file) continue;
    if (raw[name]?.trim()) {
      problems.push(`${name} and ${name}_FILE are both set: keep one of them`);
      continue;
    }
    try {
      result[name] = readFileSync(file, 'utf8').trim();
      if (result[name] === '')
        problems.push(`${name}_FILE names an empty file: put the secret into it`);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      problems.push(
        `${name}_FILE cannot be read (${reason}): set it to the path of a readable file`,
      );
    }
  }
  return result;
}
