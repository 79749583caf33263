import fc from 'fast-check';
import { expect } from 'vitest';
import { catalogueToYaml } from '../../../src/models/catalogue-to-yaml.ts';
import { parseModelsFile } from '../../../src/models/parse-models-file.ts';
import { readCatalogueBot } from '../../../src/poe/catalogue-bot.ts';
import { expectRegistryOrProblems } from '../expect/expect-registry-or-problems.ts';
import { applyJsonEdit, jsonEdit } from '../json-edit.ts';
import type { FuzzTarget } from '../target.ts';

export const catalogueTarget: FuzzTarget = {
  name: 'catalogue',
  property: ({ catalogue }) => {
    const entries = fc
      .array(jsonEdit, { maxLength: 6 })
      .map((edits) => edits.reduce(applyJsonEdit, catalogue));
    return fc.property(entries, (text) => {
      const value: unknown = JSON.parse(text);
      const list: unknown[] = Array.isArray(value) ? value : [value];
      const bots = list.flatMap((entry) => readCatalogueBot(entry) ?? []);
      for (const { id, displayName, ownedBy, contextTokens, price, parameters } of bots) {
        for (const text of [id, displayName, ownedBy, ...parameters]) {
          expect(typeof text).toBe('string');
        }
        expect(contextTokens === undefined || Number.isFinite(contextTokens)).toBe(true);
        expect(Object.values(price ?? {}).every(Number.isFinite)).toBe(true);
      }
      // Whatever a bot is called, the file is YAML of the right form: at most its names are refused.
      const problems = expectRegistryOrProblems(parseModelsFile(catalogueToYaml(bots)));
      for (const problem of problems) {
        expect(problem).toMatch(/already a name|poe_name|list of names|no model is named/);
      }
    });
  },
};
