import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** What a run of tests writes to the system's folder for temporary files goes when it is over. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'poe-proxy-tests-'));
  // PostgreSQL is run by a user of its own, who has to reach what is in it.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
}

export function teardown(): void {
  if (folder) rmSync(folder, { recursive: true, force: true });
}
