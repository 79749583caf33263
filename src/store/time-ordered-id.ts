import { randomUUID } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562): those of one time stand side by side in an index, where random ones
 * would each have to be written with a page of their own.
 */
export function timeOrderedId(now = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
