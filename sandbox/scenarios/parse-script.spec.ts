import { describe, expect, it } from 'vitest';

import { parseScript, ScriptError } from './parse-script.ts';

describe('parseScript', () => {
  it('reads steps and parameters in any order', () => {
    const { steps, parameters } = parseScript(' stall  tokens=5 ok id=x say=a%20b%5D ');
    expect(steps.map(({ name }) => name)).toEqual(['stall', 'ok']);
    expect(parameters).toEqual({ tokens: 5, id: 'x', say: 'a b]' });
  });

  it('takes parameters alone, or nothing, for ok', () => {
    expect(parseScript('tokens=5').steps.map(({ name }) => name)).toEqual(['ok']);
    expect(parseScript('').steps.map(({ name }) => name)).toEqual(['ok']);
  });

  it.each([
    ['tokens=five', /tokens=five: a whole number/],
    ['tokens=-1', /a whole number/],
    ['ledger=lost', /one of missing, late/],
    ['say=%', /URL-encoded/],
    ['toString=1', /unknown parameter "toString"/],
    ['Stall', /unknown scenario "Stall"; there are ok/],
  ])('refuses %s', (text, message) => {
    expect(() => parseScript(text)).toThrow(ScriptError);
    expect(() => parseScript(text)).toThrow(message);
  });
});
