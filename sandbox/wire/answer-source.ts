import type { Answer } from '../chat/answer.ts';
import type { AnswerHead, Dialect } from '../dialects/dialect.ts';
import type { JsonObject } from '../json.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { ScenarioParameters } from '../scenarios/scenario-parameters.ts';
import { buildParts, type Part } from './parts.ts';
import { reshapeParts } from './reshape-parts.ts';

/** Milliseconds. */
export interface Delays {
  /** Before the response headers. */
  readonly headers: number;
  /** Before the first frame, or before the JSON. */
  readonly first: number;
  /** Between frames. */
  readonly frame: number;
}

/** All that a plan is made of. */
export interface AnswerSource {
  readonly answer: Answer;
  readonly head: AnswerHead;
  readonly dialect: Dialect;
  readonly usage: JsonObject;
  readonly includeUsage: boolean;
  readonly scenario: Scenario;
  readonly parameters: ScenarioParameters;
  readonly headers: Record<string, string>;
  readonly delays: Delays;
  readonly traceHash: string;
}

export function partsOf(source: AnswerSource): readonly Part[] {
  const { answer, head, dialect, scenario } = source;
  const parts = buildParts(answer, head, dialect, source.includeUsage);
  return reshapeParts(parts, scenario.framing, { answer, head, dialect });
}
