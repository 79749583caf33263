import { LineCounter, isMap, isNode, parseDocument, type Document } from 'yaml';
import { isRecord } from './is-record.ts';

export type Path = readonly (string | number)[];

/** Says where in the file a problem is, so that nobody has to count list items. */
export type Report = (path: Path, problem: string) => void;

export interface YamlFile {
  readonly content: Readonly<Record<string, unknown>>;
  /** Those that were reported, each with its line. */
  readonly problems: readonly string[];
  readonly report: Report;
}

/** @returns the text as a map with no members but these, or every problem of its form. */
export function readYaml(text: string, members: readonly string[]): YamlFile | string[] {
  const lines = new LineCounter();
  let document: Document;
  let content: unknown;
  try {
    document = parseDocument(text, { lineCounter: lines });
    if (document.errors.length > 0) return document.errors.map((error) => firstLine(error.message));
    content = document.toJS();
  } catch (error) {
    // Of nesting beyond the stack; and aliases are looked up only now: unknown ones, and those that
    // would fill the memory.
    return [error instanceof Error ? error.message : String(error)];
  }
  const problems: string[] = [];
  const report: Report = (path, problem) => {
    // A problem is a line of the log; YAML's names may have several.
    const text = problem.replace(/\s*\n\s*/g, ' ');
    problems.push(`line ${lineOf(document, lines, path)}: ${text}`);
  };
  if (!isMap(document.contents) || !isRecord(content)) {
    const names = new Intl.ListFormat('en').format(members.map((name) => `"${name}"`));
    return [`the file must be a map with the members ${names}`];
  }
  for (const key of Object.keys(content)) {
    if (!members.includes(key))
      report([key], `unknown member "${key}": only ${members.join(', ')}`);
  }
  return { content, problems, report };
}

function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** yaml's messages end with a colon and an excerpt of several lines. */
function firstLine(message: string): string {
  return message.replace(/:?\n[^]*$/, '');
}
