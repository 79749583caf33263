import { expect } from 'vitest';
import { describeModel } from '../../../src/models/describe-model.ts';
import { ModelRegistry } from '../../../src/models/model-registry.ts';

/** A registry that can be served, or sentences about what is wrong. @returns the sentences */
export function expectRegistryOrProblems(parsed: ModelRegistry | string[]): string[] {
  if (!(parsed instanceof ModelRegistry)) {
    expect(parsed.length).toBeGreaterThan(0);
    for (const problem of parsed) expect(problem).toMatch(/\S/);
    return parsed;
  }
  expect(Number.isInteger(parsed.defaults.textMaxTokens)).toBe(true);
  for (const model of parsed.models) {
    expect(parsed.find(model.name)).toBe(model);
    const { context_cap: cap, pricing } = describeModel(model, parsed.loadedAt);
    expect(cap === null || Number.isInteger(cap)).toBe(true);
    expect(Object.values(pricing ?? {}).every(Number.isFinite)).toBe(true);
  }
  parsed.nearest('GPT');
  return [];
}
