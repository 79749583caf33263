/** The start is refused; `problems` names each wrong setting and says what to write instead. */
export class InvalidConfiguration extends Error {
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`${source}: ${count}\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'InvalidConfiguration';
    this.problems = problems;
  }
}
