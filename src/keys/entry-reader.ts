import { isRecord } from '../config/is-record.ts';
import { maskKeyTexts } from '../config/mask-key-texts.ts';
import type { Path, Report } from '../config/read-yaml.ts';

const NAME = /^[\w.-]{1,64}$/;
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Members of one entry of a keys file; each that is wrong is reported and read as undefined. */
export class EntryReader {
  private constructor(
    private readonly entry: Readonly<Record<string, unknown>>,
    private readonly path: Path,
    private readonly report: Report,
    members: readonly string[],
  ) {
    for (const member of Object.keys(entry)) {
      if (members.includes(member)) continue;
      this.tell(member, `unknown member "${member}": one of ${members.join(', ')}`);
    }
  }

  /** `members` are all that there may be; undefined if it is no map at all. */
  static of(
    value: unknown,
    path: Path,
    report: Report,
    members: readonly string[],
  ): EntryReader | undefined {
    if (isRecord(value)) return new EntryReader(value, path, report, members);
    report(path, `must be a map of ${members.join(', ')}`);
    return undefined;
  }

  tell(member: string, problem: string): void {
    this.report([...this.path, member], problem);
  }

  /** Of the entry as a whole. */
  tellAll(problem: string): void {
    this.report(this.path, problem);
  }

  has(member: string): boolean {
    return this.entry[member] !== undefined && this.entry[member] !== null;
  }

  within(member: string, members: readonly string[]): EntryReader | undefined {
    if (!this.has(member)) return undefined;
    return EntryReader.of(this.entry[member], [...this.path, member], this.report, members);
  }

  text(member: string, form: RegExp, hint: string): string | undefined {
    return this.#read(member, hint, (value) => isText(value, form));
  }

  name(member: string): string | undefined {
    return this.text(member, NAME, 'be a name of letters, digits, "_", "." or "-"');
  }

  oneOf<T extends string>(member: string, values: readonly T[]): T | undefined {
    const isOne = (value: unknown): value is T => values.some((one) => one === value);
    return this.#read(member, `be one of ${values.join(', ')}`, isOne);
  }

  whole(member: string, least: number): number | undefined {
    return this.#read(
      member,
      `be a whole number of at least ${least}`,
      (value): value is number => Number.isSafeInteger(value) && (value as number) >= least,
    );
  }

  flag(member: string): boolean | undefined {
    return this.#read(member, 'be true or false', (value) => typeof value === 'boolean');
  }

  /** ms since 1970; a day alone is its beginning in UTC. */
  time(member: string): number | undefined {
    const hint = 'be a date such as 2027-01-31 or 2027-01-31T18:00:00Z';
    const isTime = (value: unknown): value is string =>
      typeof value === 'string' && DATE.test(value) && isInFourDigits(Date.parse(value));
    const text = this.#read(member, hint, isTime);
    return text === undefined ? undefined : Date.parse(text);
  }

  texts(member: string, form: RegExp, most: number, hint: string): string[] | undefined {
    const areTexts = (value: unknown): value is string[] =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= most &&
      value.every((item) => isText(item, form));
    return this.#read(member, hint, areTexts);
  }

  /** The value is never quoted: in the wrong place it may be a secret. */
  #read<T>(member: string, hint: string, isValid: (value: unknown) => value is T): T | undefined {
    if (!this.has(member)) return undefined;
    const value = this.entry[member];
    if (isValid(value)) return value;
    this.tell(member, `${member} must ${hint}`);
    return undefined;
  }
}

/** A key is as good as a name to most forms, but names are shown to everybody. */
function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value) && maskKeyTexts(value) === value;
}

/** A zone may move a time out of the years that can be said here, and then it could not be read again. */
function isInFourDigits(ms: number): boolean {
  return !Number.isNaN(ms) && /^\d{4}-/.test(new Date(ms).toISOString());
}
