import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyText } from '../../src/keys/create-key-text.ts';

export interface TestKey {
  readonly id: string;
  /** Ready to be sent. */
  readonly headers: { readonly authorization: string };
  /** Its line in a keys file; `more` are further members. */
  readonly entry: (more?: string) => string;
}

export function testKey(name: string): TestKey {
  const { id, text, digest } = createKeyText();
  const headers = { authorization: `Bearer ${text}` };
  const entry = (more = '') =>
    `  - { id: ${id}, name: ${name}, digest: sha256:${digest}, ${more} }\n`;
  return { id, headers, entry };
}

/** A keys file of its own for one test. */
export function keysFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'poe-proxy-keys-')), 'keys.yaml');
  writeFileSync(file, text);
  return file;
}
