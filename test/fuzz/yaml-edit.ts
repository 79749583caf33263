import fc from 'fast-check';

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

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly text: string;
}

/** What a hand or a script can make of a YAML file, up to three edits at a time. */
export function editedYaml(file: string): fc.Arbitrary<string> {
  /** Where the values of the lines begin. */
  const values = [...file.matchAll(/: (?=\S)/g)].map(({ index }) => index + 2);
  const text = fc.oneof(fc.constantFrom(...SNIPPETS), fc.string());
  const anywhere = fc.record<Edit>({
    at: fc.nat(file.length),
    removed: fc.oneof(fc.constant(0), fc.nat(30)),
    text,
  });
  const value = fc
    .record({ at: fc.constantFrom(...values), text })
    .map((edit): Edit => ({ ...edit, removed: file.slice(edit.at).search(/[\n,}]/) }));
  return fc.array(fc.oneof(anywhere, value), { maxLength: 3 }).map((edits) =>
    // From the end, so that the places of the others stay where they are.
    edits
      .toSorted((a, b) => b.at - a.at)
      .reduce(
        (before, { at, removed, text: added }) =>
          before.slice(0, at) + added + before.slice(at + removed),
        file,
      ),
  );
}
