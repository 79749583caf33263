import { describe, expect, it } from 'vitest';

import { ScenarioPicker } from './scenario-picker.ts';

describe('ScenarioPicker', () => {
  it('counts the calls of each marker, and forgets them at a reset', () => {
    const picker = new ScenarioPicker();
    const pick = () => picker.pick('Hello [[sandbox: stall ok]] there').scenario.name;
    expect([pick(), pick(), pick()]).toEqual(['stall', 'ok', 'ok']);
    picker.reset();
    expect(pick()).toBe('stall');
  });

  it('does not remember markers without end', () => {
    const picker = new ScenarioPicker();
    const first = '[[sandbox: stall ok id=first]]';
    picker.pick(first);
    for (let count = 0; count < 10_000; count += 1) picker.pick(`[[sandbox: id=${count}]]`);
    expect(picker.pick(first).scenario.name).toBe('stall');
  });
});
