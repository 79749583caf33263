import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

interface Row {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** A default that is longer is better read in values.yaml itself. */
const LONGEST_DEFAULT = 60;

/**
 * The Markdown table of a values.yaml: a row for each value with a comment above it.
 * @throws for a value that neither has a comment nor holds such values
 */
export function valuesTable(text: string): string {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml is no map');
  const rows = rowsOf(contents, '');
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['Value', 'Default', 'Meaning']),
    line(['---', '---', '---']),
    ...rows.map(({ name, value, meaning }) => line([`\`${name}\``, value, meaning])),
  ].join('\n');
}

function rowsOf(map: YAMLMap, path: string): Row[] {
  return map.items.flatMap((pair, index) => {
    const name = `${path}${(pair as Pair<{ value: string }>).key.value}`;
    // The comment above the first member belongs, for the parser, to the map.
    const comment = commentOf(pair.key) ?? (index === 0 ? map.commentBefore : undefined);
    const meaning = comment
      ?.split('\n\n')
      .at(-1)
      ?.trim()
      .replaceAll(/\s*\n\s*/g, ' ');
    if (meaning) return [{ name, value: shownDefault(pair.value), meaning }];
    if (isMap(pair.value) && pair.value.items.length > 0) return rowsOf(pair.value, `${name}.`);
    throw new Error(`values.yaml: ${name} has no comment that says what it means`);
  });
}

function commentOf(key: unknown): string | undefined {
  return isScalar(key) ? (key.commentBefore ?? undefined) : undefined;
}

function shownDefault(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > LONGEST_DEFAULT ? 'see values.yaml' : `\`${json}\``;
}
