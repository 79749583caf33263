import { readFileSync } from 'node:fs';
import { markdownTable } from './report/markdown-table.ts';
import type { Results } from './report/results.ts';

/** Prints the figures of results.json, or of another file that is named, for docs/performance.md. */
const [name] = process.argv.slice(2);
const file = name ?? new URL('results.json', import.meta.url);
console.log(markdownTable(JSON.parse(readFileSync(file, 'utf8')) as Results));
