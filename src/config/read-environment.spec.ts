import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { readEnvironment } from './read-environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-env-'));
const file = join(folder, '.env');

afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('reads the file and the environment of the process, which wins', () => {
  writeFileSync(file, '# a comment\nFROM_FILE="a value" # more\nFROM_BOTH=file\n');
  vi.stubEnv('FROM_BOTH', 'process');
  vi.stubEnv('FROM_PROCESS', 'here');
  expect(readEnvironment(file)).toMatchObject({
    FROM_FILE: 'a value',
    FROM_BOTH: 'process',
    FROM_PROCESS: 'here',
  });
});

it('needs no file', () => {
  vi.stubEnv('FROM_PROCESS', 'here');
  expect(readEnvironment(join(folder, 'absent'))).toMatchObject({ FROM_PROCESS: 'here' });
});

it('does not hide that a file is there and cannot be read', () => {
  expect(() => readEnvironment(folder)).toThrow('EISDIR');
});
