import fc from 'fast-check';
import { expect } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { KeyRing } from '../../../src/keys/key-ring.ts';
import { parseKeysFile } from '../../../src/keys/parse-keys-file.ts';
import type { FuzzTarget } from '../target.ts';
import { editedYaml } from '../yaml-edit.ts';

const FILE = `# Keys
teams:
  - &data { name: data, poe_account: default }
keys:
  - id: abcdefghijkl
    name: chat-ui
    team: data
    digest: sha256:${'ab'.repeat(32)}
    previous: { digest: sha256:${'cd'.repeat(32)}, until: 2027-01-31T18:00:00Z }
    models: [GPT-*, "Claude Haiku"]
    expires: 2027-01-31
    enabled: true
    footer: off
    max_streams: 4
budgets:
  - { team: data, period: month, points: 1000000 }
`;
const config = loadConfig({ POE_API_KEY: 'a-key', KEYS_FILE: 'keys.yaml' });

/** What a hand or a script can make of a keys file: either problems in words, or keys that work. */
export const keysFileTarget: FuzzTarget = {
  name: 'keys-file',
  property: () =>
    fc.property(editedYaml(FILE), (text) => {
      const parsed = parseKeysFile(text, config);
      if (Array.isArray(parsed)) {
        expect(parsed).not.toEqual([]);
        for (const problem of parsed) expect(problem).toMatch(/^[^\n]+$/);
        return;
      }
      const ring = new KeyRing(config.auth);
      ring.take('file', parsed);
      expect(ring.identify(undefined)).toBeUndefined();
      for (const { digest, models, limits } of parsed.keys) {
        expect(digest).toMatch(/^[0-9a-f]{64}$/);
        expect(models.length).toBeGreaterThan(0);
        expect(Object.values(limits).every((limit) => limit === undefined || limit >= 1)).toBe(
          true,
        );
      }
      for (const { points, subject } of parsed.budgets) {
        expect(Number.isSafeInteger(points) && points >= 0).toBe(true);
        expect(subject).not.toBe('');
      }
    }),
};
