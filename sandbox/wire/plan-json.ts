import { errorJson } from '../errors/error-body.ts';
import { completionTokensOf, reasoningTokensOf } from '../chat/answer.ts';
import type { Ending } from '../scenarios/scenario.ts';
import type { AnswerSource } from './answer-source.ts';
import { bytesOf } from './frames.ts';
import { type Plan, type Step, wait, write } from './plan.ts';
import { STREAM_FAILURE } from './stream-failure.ts';

/** The steps of an answer as one JSON object; a failing stream's counterpart where there is one. */
export function planJson(source: AnswerSource): Plan {
  const ending = jsonEnding(source.scenario.ending);
  return {
    steps: [...waits(source, ending), ...bodySteps(source, ending), stop(ending)],
    outcome: ending === undefined ? 'completed' : 'cut',
    partialBill: partialBill(ending),
  };
}

/** Without a `[DONE]` to leave out, an answer that is complete is just that. */
function jsonEnding(ending: Ending | undefined): Ending | undefined {
  return ending?.where === 'after-finish' ? undefined : ending;
}

/** A caller who asks for JSON waits as long as a stream would take. */
function waits(source: AnswerSource, ending: Ending | undefined): Step[] {
  const { headers, first, frame } = source.delays;
  if (ending?.where === 'before-headers' || ending?.where === 'before-content') {
    return wait(headers);
  }
  const { reasoning, content } = source.answer;
  return wait(headers + first + frame * (reasoning.length + content.length));
}

function bodySteps(source: AnswerSource, ending: Ending | undefined): Step[] {
  const head: Step = { do: 'head', status: 200, headers: source.headers };
  if (ending === undefined) return [head, { do: 'settle' }, ...wholeBody(source)];
  if (ending.how === 'error-data' || ending.how === 'error-event') {
    return [head, write(JSON.stringify(errorJson(STREAM_FAILURE, 500, source.traceHash)))];
  }
  switch (ending.where) {
    case 'before-headers':
      return [];
    case 'before-content':
      return [head];
    default: {
      const body = bodyText(source);
      return [head, write(body.slice(0, Math.floor(body.length / 2)))];
    }
  }
}

function wholeBody(source: AnswerSource): Step[] {
  const body = bodyText(source);
  return source.scenario.framing === 'byte-by-byte'
    ? bytesOf(body).map((byte) => write(byte))
    : [write(body, 0, outputTokens(source))];
}

function bodyText(source: AnswerSource): string {
  const { dialect, head, answer, scenario, usage } = source;
  const isBare = scenario.framing === 'without-usage';
  return JSON.stringify(dialect.completion(head, answer, isBare ? undefined : usage));
}

function outputTokens({ answer }: AnswerSource): number {
  return completionTokensOf(answer) + reasoningTokensOf(answer);
}

/** Nobody can stop half-way a call that has no stream: what was begun is paid for as a whole. */
function partialBill(ending: Ending | undefined): Plan['partialBill'] {
  if (ending?.where === 'before-headers') return 'nothing';
  return ending?.where === 'before-content' ? 'produced' : 'whole';
}

function stop(ending: Ending | undefined): Step {
  const how = ending?.how ?? 'end';
  return { do: 'stop', how: how === 'error-data' || how === 'error-event' ? 'end' : how };
}
