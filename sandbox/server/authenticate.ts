import type { SandboxKey } from '../sandbox-options.ts';

/** The key that a bearer token is; undefined for any other. */
export function authenticate(
  authorization: string | undefined,
  keys: readonly SandboxKey[],
): SandboxKey | undefined {
  const token = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
  return keys.find(({ key }) => key === token);
}
