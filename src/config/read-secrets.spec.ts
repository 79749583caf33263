import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecrets, SECRETS } from './read-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-secrets-'));
const file = join(folder, 'mounted');
writeFileSync(file, '  the-secret\n');
const emptyFile = join(folder, 'empty');
writeFileSync(emptyFile, '\n');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(raw: Record<string, string>) {
  const problems: string[] = [];
  return { secrets: readSecrets(raw, problems), problems };
}

describe.each(SECRETS)('%s_FILE', (name) => {
  const twin = `${name}_FILE`;

  it('gives the content of the file, blanks at its ends aside', () => {
    const { secrets, problems } = read({ [twin]: ` ${file} `, OTHER: 'stays' });
    expect(secrets).toMatchObject({ [name]: 'the-secret', OTHER: 'stays' });
    expect(problems).toEqual([]);
  });

  it('counts where the variable itself is blank', () => {
    expect(read({ [name]: ' ', [twin]: file }).secrets[name]).toBe('the-secret');
  });

  it('does not count where it is blank itself', () => {
    expect(read({ [name]: 'given', [twin]: ' ' })).toMatchObject({
      secrets: { [name]: 'given' },
      problems: [],
    });
  });

  it.each([
    [{ [name]: 'given', [twin]: file }, `${name} and ${twin} are both set: keep one of them`],
    [{ [twin]: emptyFile }, `${twin} names an empty file: put the secret into it`],
    [
      { [twin]: join(folder, 'absent') },
      `${twin} cannot be read (ENOENT): set it to the path of a readable file`,
    ],
    [{ [twin]: folder }, `${twin} cannot be read (EISDIR): set it to the path of a readable file`],
  ])('is refused: %j', (raw, problem) => {
    expect(read(raw).problems).toEqual([problem]);
  });
});
