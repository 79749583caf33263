import { maskKeyTexts } from '../config/mask-key-texts.ts';
import type { Report } from '../config/read-yaml.ts';
import { catalogue } from '../errors/catalogue.ts';
import { EntryReader } from './entry-reader.ts';

/**
 * What an operator sent, read like an entry of a keys file.
 * @throws ApiError 400 for the first problem, with the member as `param`
 */
export function readInput<T>(
  input: unknown,
  members: readonly string[],
  read: (entry: EntryReader) => T | undefined,
): T {
  const problems: Parameters<Report>[] = [];
  const report: Report = (...problem) => {
    problems.push(problem);
  };
  const entry = EntryReader.of(input, [], report, members);
  const value = entry && read(entry);
  if (problems.length === 0 && value !== undefined) return value;
  const [path = [], problem = 'the input is not valid'] = problems[0] ?? [];
  const param = path.length > 0 ? path.join('.') : null;
  throw catalogue.invalidRequest(maskKeyTexts(problem), param);
}
