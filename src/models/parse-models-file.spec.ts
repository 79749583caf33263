import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

function registryOf(text: string): ModelRegistry {
  const parsed = parseModelsFile(text);
  if (Array.isArray(parsed)) throw new Error(parsed.join('\n'));
  return parsed;
}

describe('a good file', () => {
  it('is the one of the design', () => {
    const registry = registryOf(`
defaults: { text_max_tokens: 100000, text_stream: false }
models:
  text:
    - poe_name: GPT-4.1
      base: 226
      per_1k_tokens: 60
      points_per_1k_in: 67
      points_per_1k_out: 267
      max_tokens: 50000
      aliases: [gpt-4.1]
      owned_by: OpenAI
      parameters: [web_search]
    - poe_name: Assistant
  image:
    - poe_name: Imagen-4
      base: 934
  video: []
  audio:
`);
    expect(registry.defaults).toEqual({
      textMaxTokens: 100_000,
      textStream: false,
      fallbacks: {},
    });
    expect(registry.models).toEqual([
      {
        name: 'GPT-4.1',
        modality: 'text',
        aliases: ['gpt-4.1'],
        ownedBy: 'OpenAI',
        price: { perMessage: 226, per1kIn: 67, per1kOut: 267 },
        contextCap: 50_000,
        parameters: ['web_search'],
        fallbacks: undefined,
        timeouts: {},
      },
      {
        name: 'Assistant',
        modality: 'text',
        aliases: [],
        ownedBy: 'poe',
        price: undefined,
        contextCap: 100_000,
        parameters: [],
        fallbacks: undefined,
        timeouts: {},
      },
      {
        name: 'Imagen-4',
        modality: 'image',
        aliases: [],
        ownedBy: 'poe',
        price: { perMessage: 934, per1kIn: 0, per1kOut: 0 },
        contextCap: undefined,
        parameters: [],
        fallbacks: undefined,
        timeouts: {},
      },
    ]);
  });

  it('is the one that we ship', () => {
    const shipped = readFileSync(new URL('../../models.yaml', import.meta.url), 'utf8');
    const { models } = registryOf(shipped);
    expect(models).not.toEqual([]);
    // A guess is better than none: what has no price counts as the dearest there is.
    expect(models.filter(({ price }) => !price)).toEqual([]);
  });

  it('needs no defaults', () => {
    const { defaults, models } = registryOf('models: { text: [{ poe_name: A }] }');
    expect(defaults).toEqual({ textMaxTokens: 200_000, textStream: true, fallbacks: {} });
    expect(models[0]?.contextCap).toBe(200_000);
  });

  it.each([
    ['an empty list of defaults', 'defaults:\nmodels: { text: [{ poe_name: A }] }'],
    ['a byte order mark', '\ufeffmodels: { text: [{ poe_name: A }] }'],
    ['line ends of Windows', 'models:\r\n  text:\r\n    - poe_name: A\r\n'],
    ['JSON', '{"models": {"text": [{"poe_name": "A"}]}}'],
    ['aliases of YAML', 'models: { text: [{ poe_name: A, aliases: &b [B], parameters: *b }] }'],
    ['strange names', 'models: { text: [{ poe_name: __proto__ }, { poe_name: constructor }] }'],
  ])('may have %s', (_, text) => {
    expect(registryOf(text).models).not.toEqual([]);
  });
});

describe('problems', () => {
  it('are all reported at once, with their lines and the names of their entries', () => {
    expect(
      parseModelsFile(`default: {}
defaults:
  text_max_tokens: 99
  text_stream: yes please
  max: 1
models:
  text:
    - poe_name: GPT-4.1
      base: many
      per_1k_tokens: -1
      points_per_1k_in: 5
    - name: Nameless
    - poe_name: Two
      max_tokens: 10.5
      aliases: two
      parameters: [1]
      owned_by: [x]
      price: 3
    - just text
    -
    - poe_name: " blank "
    - poe_name: gpt-4.1
      aliases: [Two]
  image: none
  music: []
`),
    ).toEqual([
      'line 1: unknown member "default": only defaults, models',
      'line 5: unknown member "max": only text_max_tokens, text_stream, fallbacks',
      'line 3: text_max_tokens must be a whole number from 100 up',
      'line 4: text_stream must be true or false',
      'line 9: GPT-4.1: base must be a number of points from 0 up, such as 60',
      'line 10: GPT-4.1: per_1k_tokens must be a number of points from 0 up, such as 60',
      'line 11: GPT-4.1: points_per_1k_in and points_per_1k_out go together: give both',
      'line 12: poe_name must be the name of a Poe bot, such as GPT-4.1',
      'line 18: Two: unknown member "price": one of poe_name, base, per_1k_tokens, points_per_1k_in, points_per_1k_out, max_tokens, aliases, parameters, owned_by, fallbacks, timeouts',
      'line 15: Two: aliases must be a list of names, such as [gpt-4.1]',
      'line 17: Two: owned_by must be a name, such as OpenAI',
      'line 14: Two: max_tokens must be a whole number of tokens from 100 up, such as 200000',
      'line 16: Two: parameters must be a list of names, such as [gpt-4.1]',
      'line 19: poe_name must be the name of a Poe bot, such as GPT-4.1',
      'line 20: poe_name must be the name of a Poe bot, such as GPT-4.1',
      'line 21: poe_name must be the name of a Poe bot, such as GPT-4.1',
      'line 22: "Two" is already a name or alias above',
      'line 24: models.image must be a list of entries',
      'line 25: unknown modality "music": one of text, image, video, audio',
    ]);
  });

  it.each([
    ['', 'the file must be a map'],
    ['- poe_name: A', 'the file must be a map'],
    ['only words', 'the file must be a map'],
    ['defaults: {}', 'models must be a map of the lists text, image, video and audio'],
    ['models: [A]', 'line 1: models must be a map of the lists'],
    ['defaults: 5\nmodels: { text: [{ poe_name: A }] }', 'line 1: defaults must be a map'],
    ['models: { text: [] }', 'line 1: no model is named: add at least one entry'],
    ['models:\n  text:\n    - *model', 'Unresolved alias'],
    ['a: 1\na: 2', 'Map keys must be unique at line 2, column 1'],
    ['models:\n\ttext: []', 'Tabs are not allowed as indentation at line 2, column 1'],
    ['models: {text: [{poe_name: A}]}\n---\nmodels: {}', 'Source contains multiple documents'],
  ])('of %j are told', (text, problem) => {
    expect(parseModelsFile(text)).toContainEqual(expect.stringContaining(problem));
  });

  it('of syntax are all told, each in one line', () => {
    expect(parseModelsFile('a: 1\na: 2\nb: 1\nb: 2')).toEqual([
      'Map keys must be unique at line 2, column 1',
      'Map keys must be unique at line 4, column 1',
    ]);
  });

  it('include nesting that no stack has room for', () => {
    const text = `${'- '.repeat(20_000)}# Models\nmodels:\n  text:\n    - poe_name: A\n`;
    expect(parseModelsFile(text)).toEqual([expect.stringContaining('call stack')]);
  });

  it('include aliases that would fill the memory', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    );
    expect(parseModelsFile(['l0: &l0 [x]', ...levels].join('\n'))).toEqual([
      expect.stringContaining('Excessive alias count'),
    ]);
  });

  it.each([
    ['the same name', '{ poe_name: A }, { poe_name: A }', '"A" is already'],
    ['a name that is an alias', '{ poe_name: A, aliases: [B] }, { poe_name: B }', '"B" is already'],
    ['the same alias', '{ poe_name: A, aliases: [C] }, { poe_name: B, aliases: [C] }', '"C" is'],
  ])('include %s twice', (_, entries, problem) => {
    expect(parseModelsFile(`models: { text: [${entries}] }`)).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it('include a name in two modalities', () => {
    const text = 'models: { text: [{ poe_name: A }], image: [{ poe_name: A }] }';
    expect(parseModelsFile(text)).toEqual([expect.stringContaining('"A" is already')]);
  });
});

describe('fallbacks', () => {
  const file = (defaults: string, gpt: string) => `
defaults: ${defaults}
models:
  text:
    - { poe_name: GPT, ${gpt} }
    - { poe_name: Claude, aliases: [claude] }
    - { poe_name: Kimi, fallbacks: [] }
  image:
    - { poe_name: Imagen }
`;
  const chainOf = (registry: ModelRegistry, name: string) =>
    registry.models
      .filter((model) => model.name === name)
      .flatMap((model) => registry.fallbacksOf(model).map((other) => other.name));

  it('are those of the model, else those of its modality without itself, else none', () => {
    const registry = registryOf(
      file('{ fallbacks: { text: [GPT, claude] } }', 'fallbacks: [Kimi]'),
    );
    expect(chainOf(registry, 'GPT')).toEqual(['Kimi']);
    expect(chainOf(registry, 'Claude')).toEqual(['GPT']);
    expect(chainOf(registry, 'Kimi')).toEqual([]);
    expect(chainOf(registry, 'Imagen')).toEqual([]);
  });

  it.each([
    ['{}', 'fallbacks: [Missing]', 'line 5: GPT: fallbacks: "Missing" is no model of this file'],
    ['{}', 'fallbacks: [GPT]', 'line 5: GPT: fallbacks: "GPT" cannot stand in for itself'],
    ['{}', 'fallbacks: [Imagen]', '"Imagen" is of the modality image, not text'],
    ['{}', 'fallbacks: Claude', 'fallbacks must be a list of names'],
    ['{ fallbacks: { text: [Missing] } }', '', 'line 2: fallbacks: "Missing" is no model'],
    ['{ fallbacks: { music: [GPT] } }', '', 'line 2: unknown modality "music"'],
    ['{ fallbacks: { text: GPT } }', '', 'line 2: fallbacks.text must be a list of names'],
    ['{ fallbacks: { text: [4.1] } }', '', 'line 2: fallbacks.text must be a list of names'],
    ['{ fallbacks: [GPT] }', '', 'line 2: fallbacks must be a map of lists'],
  ])('with %s and { %s } are refused', (defaults, gpt, problem) => {
    const problems = parseModelsFile(file(defaults, gpt));
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});
