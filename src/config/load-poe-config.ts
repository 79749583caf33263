import { readFileSync } from 'node:fs';
import type { PoeConfig } from './config.ts';
import type { Environment } from './environment.ts';
import { parsePoeKeys } from './parse-poe-keys.ts';

const SECOND = 1000;

/** How Poe is reached and how long it is waited for; what is wrong is added to `problems`. */
export function loadPoeConfig(env: Environment, problems: string[]): PoeConfig {
  const extraCaFile = env.NODE_EXTRA_CA_CERTS;
  if (extraCaFile !== undefined && !hasCertificate(extraCaFile)) {
    problems.push(
      `NODE_EXTRA_CA_CERTS: ${extraCaFile} must be a readable file of PEM certificates`,
    );
  }
  return {
    keys: parsePoeKeys(env, problems),
    baseUrl: env.POE_BASE_URL.replace(/(?:\/+v1)?\/*$/, ''),
    httpsProxy: env.HTTPS_PROXY,
    noProxy: env.NO_PROXY,
    extraCaFile,
    connectTimeoutMs: env.CONNECT_TIMEOUT_SECONDS * SECOND,
    headersTimeoutMs: env.HEADERS_TIMEOUT_SECONDS * SECOND,
    firstTokenTimeoutMs: env.FIRST_TOKEN_TIMEOUT_SECONDS * SECOND,
    callTimeoutMs: env.CALL_TIMEOUT_SECONDS * SECOND,
    idleTimeoutMs: env.IDLE_TIMEOUT_SECONDS * SECOND,
    usageTimeoutMs: 5 * SECOND,
  };
}

function hasCertificate(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----');
  } catch {
    return false;
  }
}
