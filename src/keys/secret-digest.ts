import { hash } from 'node:crypto';

/**
 * What is kept of a secret. One round of SHA-256 is enough for secrets that nobody chose: there is
 * no dictionary of 256 random bits to try.
 */
export function secretDigest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
