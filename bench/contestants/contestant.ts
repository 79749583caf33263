import type { Target } from '../driver/to-request.ts';

/** Something that passes chat completions on, and how it is started and reached. */
export interface Contestant {
  readonly name: string;
  /** One line for the report. */
  readonly description: string;
  /** Undefined: it runs already, somewhere, and only what its clients see can be measured. */
  readonly launch: Launch | undefined;
  /** @param port where it was told to listen; @param upstreamUrl what it was told to ask */
  target(port: number, upstreamUrl: string): Target;
}

export interface Launch {
  readonly file: string;
  /** Answers with 200 once it is ready. */
  readonly readyPath: string;
  /** Arguments of the command line. */
  words?(port: number): readonly string[];
  environment(port: number, upstreamUrl: string): Record<string, string>;
}
