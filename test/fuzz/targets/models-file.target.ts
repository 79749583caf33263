import fc from 'fast-check';
import { parseModelsFile } from '../../../src/models/parse-models-file.ts';
import { expectRegistryOrProblems } from '../expect/expect-registry-or-problems.ts';
import type { FuzzTarget } from '../target.ts';

const FILE = `# Models
defaults: { text_max_tokens: 200000, text_stream: true }
models:
  text:
    - &gpt
      poe_name: GPT-4.1
      owned_by: OpenAI
      aliases: [gpt-4.1, "gpt 4"]
      base: 0
      points_per_1k_in: 60
      points_per_1k_out: 240
      max_tokens: 800000
      parameters: [web_search]
    - { poe_name: Claude-Opus-4.5, per_1k_tokens: 12.5 }
  image:
    - poe_name: Imagen-4
      base: 1000
  video: []
`;

const SNIPPETS = [
  ...['*gpt', '&a [*a]', '*nobody', '<<: *gpt', '&gpt', '? ', '? [a, b]\n: ', '!!set {a, b}'],
  ...['!!binary ', '!!omap [a: 1]', '!foo ', '!!str', '%YAML 1.1\n---\n', '---\n', '...\n', '|'],
  ...['\n---\na: 1\n', '>-', '\t', '  ', '\n', '\r', '\0', '\uFEFF', '\u2028', '\ud83d', '"', "'"],
  ...[
    '#',
    ': ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '~',
    'null',
    '.inf',
    '-.inf',
    '.nan',
    '1e999',
    '-1',
  ],
  ...['0x10', '0o7', '1_000', '99', '__proto__: {a: 1}\n', 'constructor', 'toString', '2026-01-01'],
  ...['yes', 'a'.repeat(200), '['.repeat(400), '{a: '.repeat(400), '- '.repeat(400)],
  ...['['.repeat(20_000), '- '.repeat(20_000)],
];

/** Where the values of the lines begin. */
const VALUES = [...FILE.matchAll(/: (?=\S)/g)].map(({ index }) => index + 2);

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly text: string;
}

/** What a hand or a script can make of models.yaml. */
export const modelsFileTarget: FuzzTarget = {
  name: 'models-file',
  property: () => {
    const text = fc.oneof(fc.constantFrom(...SNIPPETS), fc.string());
    const anywhere = fc.record<Edit>({
      at: fc.nat(FILE.length),
      removed: fc.oneof(fc.constant(0), fc.nat(30)),
      text,
    });
    const value = fc
      .record({ at: fc.constantFrom(...VALUES), text })
      .map((edit): Edit => ({ ...edit, removed: FILE.slice(edit.at).search(/[\n,}]/) }));
    return fc.property(fc.array(fc.oneof(anywhere, value), { maxLength: 3 }), (edits) => {
      // From the end, so that the places of the others stay where they are.
      const text = edits
        .toSorted((a, b) => b.at - a.at)
        .reduce(
          (before, { at, removed, text: added }) =>
            before.slice(0, at) + added + before.slice(at + removed),
          FILE,
        );
      expectRegistryOrProblems(parseModelsFile(text));
    });
  },
};
