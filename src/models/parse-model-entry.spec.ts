import { describe, expect, it } from 'vitest';
import { parseModelEntry } from './parse-model-entry.ts';

const defaults = { textMaxTokens: 1000, textStream: true, fallbacks: {} };

function parse(entry: unknown, modality: 'text' | 'image' = 'text') {
  const reports: [string, string][] = [];
  const model = parseModelEntry(entry, ['models', modality, 0], modality, defaults, (path, text) =>
    reports.push([path.join('.'), text]),
  );
  return { model, reports };
}

describe('price', () => {
  it.each([
    [{}, undefined],
    [{ base: null }, undefined],
    [{ base: 0 }, { perMessage: 0, per1kIn: 0, per1kOut: 0 }],
    [{ base: 130 }, { perMessage: 130, per1kIn: 0, per1kOut: 0 }],
    [{ per_1k_tokens: 60 }, { perMessage: 0, per1kIn: 60, per1kOut: 60 }],
    [
      { base: 226, per_1k_tokens: 60 },
      { perMessage: 226, per1kIn: 60, per1kOut: 60 },
    ],
    [
      { per_1k_tokens: 60, points_per_1k_in: 67.5, points_per_1k_out: 267 },
      { perMessage: 0, per1kIn: 67.5, per1kOut: 267 },
    ],
  ])('of %j is %j', (members, price) => {
    const { model, reports } = parse({ poe_name: 'A', ...members });
    expect(model?.price).toEqual(price);
    expect(reports).toEqual([]);
  });

  it.each([
    ['base', -1],
    ['base', '60'],
    ['per_1k_tokens', Infinity],
    ['points_per_1k_in', Number.NaN],
    ['points_per_1k_out', true],
  ])('refuses %s: %s', (member, value) => {
    const both = { points_per_1k_in: 1, points_per_1k_out: 1 };
    const { reports } = parse({ poe_name: 'A', ...both, [member]: value });
    expect(reports).toContainEqual([
      `models.text.0.${member}`,
      `A: ${member} must be a number of points from 0 up, such as 60`,
    ]);
  });

  it.each(['points_per_1k_in', 'points_per_1k_out'])('refuses %s alone', (member) => {
    expect(parse({ poe_name: 'A', [member]: 1 }).reports).toHaveLength(1);
  });
});

describe('context cap', () => {
  it('is the default for text only', () => {
    expect(parse({ poe_name: 'A' }).model?.contextCap).toBe(1000);
    expect(parse({ poe_name: 'A' }, 'image').model?.contextCap).toBeUndefined();
  });

  it('is the entry’s own where it has one', () => {
    expect(parse({ poe_name: 'A', max_tokens: 100 }).model?.contextCap).toBe(100);
    expect(parse({ poe_name: 'A', max_tokens: 480 }, 'image').model?.contextCap).toBe(480);
  });

  it.each([99, 0, 100.5, '200'])('refuses %j', (max_tokens) => {
    expect(parse({ poe_name: 'A', max_tokens }).reports).toHaveLength(1);
  });
});

it.each([
  ...[undefined, null, 5, 'A', [], ['A'], {}, { poe_name: '' }, { poe_name: 4.1 }],
  // A footer with such a name in it could not be recognised again.
  ...[{ poe_name: 'A\nB' }, { poe_name: ' A' }, { poe_name: 'A ' }, { poe_name: 'A'.repeat(129) }],
])('%j is no model', (entry) => {
  const { model, reports } = parse(entry);
  expect(model).toBeUndefined();
  expect(reports).toEqual([
    ['models.text.0', 'poe_name must be the name of a Poe bot, such as GPT-4.1'],
  ]);
});
