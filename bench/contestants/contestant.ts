import type { Target } from '../driver/to-request.ts';

/** Something that passes chat completions on, and how it is started and reached. */
export interface Contestant {
  readonly name: string;
  /** One line for the report. */
  readonly description: string;
  /** Undefined: it is running already, and its resources cannot be measured. */
  readonly launch: Launch | undefined;
  /** Answers with 200 once it is ready. */
  readonly readyPath: string;
  target(port: number, upstreamPort: number): Target;
}

export interface Launch {
  readonly file: string;
  readonly nodeOptions?: readonly string[];
  environment(port: number, upstreamUrl: string): Record<string, string>;
}
