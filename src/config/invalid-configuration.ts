/** The start is refused; `problems` names each wrong setting and says what to write instead. */
export class InvalidConfiguration extends Error {
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`${source}: ${count}\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'InvalidConfiguration';
    this.problems = problems;
  }

  /** Those of several sources as one, so that nobody has to start again to meet the next. */
  static join(faults: readonly InvalidConfiguration[]): InvalidConfiguration {
    const joined = new InvalidConfiguration(
      '',
      faults.flatMap(({ problems }) => problems),
    );
    joined.message = faults.map(({ message }) => message).join('\n');
    return joined;
  }
}
