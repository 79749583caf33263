import { errorJson } from '../errors/error-body.ts';
import type { Ending } from '../scenarios/scenario.ts';
import { type AnswerSource, partsOf } from './answer-source.ts';
import { dataFrame, type Frame, reframe, writesOf } from './frames.ts';
import type { Part } from './parts.ts';
import { type Plan, type Step, wait, write } from './plan.ts';
import { STREAM_FAILURE } from './stream-failure.ts';

/** How many content frames go before a failure that names no number. */
const FRAMES_BEFORE_FAILURE = 3;

/** The steps of an answer as an event stream. */
export function planStream(source: AnswerSource): Plan {
  const { scenario, parameters, headers, delays } = source;
  const ending = scenario.ending;
  const frames = reframe(framesOf(source), scenario.framing, parameters.frames);
  const sent = framesBefore(frames, ending, parameters.frames);
  const opening: Step[] = [
    ...wait(delays.headers),
    ...(ending?.where === 'before-headers' ? [] : [{ do: 'head', status: 200, headers } as const]),
    ...(sent.length === 0 ? [] : wait(delays.first)),
  ];
  return {
    steps: [...opening, ...paced(sent, source), ...stopSteps(frames, sent, source)],
    outcome: ending === undefined || ending.where === 'after-finish' ? 'completed' : 'cut',
    partialBill: ending?.where === 'before-headers' ? 'nothing' : 'produced',
  };
}

function framesOf(source: AnswerSource): Frame[] {
  const { head, dialect, usage } = source;
  const frames = partsOf(source).map((part) =>
    dataFrame(
      frameKind(part),
      dialect.chunk(head, part.delta, part.finishReason, part.withUsage ? usage : undefined),
      part.outputTokens,
    ),
  );
  return [...frames, dataFrame('done', '[DONE]')];
}

function frameKind(part: Part): Frame['kind'] {
  return part.kind === 'reasoning' || part.kind === 'tool' ? 'content' : part.kind;
}

function framesBefore(
  frames: readonly Frame[],
  ending: Ending | undefined,
  asked: number | undefined,
): readonly Frame[] {
  switch (ending?.where) {
    case undefined:
      return frames;
    case 'before-headers':
      return [];
    case 'before-content':
      return ending.withRole === true ? frames.slice(0, 1) : [];
    case 'mid-answer':
    case 'mid-frame':
      return untilContent(frames, asked ?? FRAMES_BEFORE_FAILURE);
    case 'after-finish':
      return frames.slice(0, -1);
  }
}

/** At least one content frame is sent and, if there are more, at least one is not. */
function untilContent(frames: readonly Frame[], wanted: number): readonly Frame[] {
  const places = frames.flatMap((frame, place) => (frame.kind === 'content' ? [place] : []));
  const count = Math.max(1, Math.min(wanted, places.length - 1));
  return frames.slice(0, (places[count - 1] ?? 0) + 1);
}

/**
 * The bill is settled before the chunk that says the answer is complete: a client that looks for
 * its row as soon as it has read that chunk can find it.
 */
function paced(frames: readonly Frame[], source: AnswerSource): Step[] {
  const framing = source.scenario.framing;
  const finish = framing === 'one-write' ? 0 : frames.findIndex(({ kind }) => kind === 'finish');
  return writesOf(frames, framing).flatMap((writes, index) => [
    ...(index === 0 ? [] : wait(source.delays.frame)),
    ...(index === finish ? [{ do: 'settle' } as const] : []),
    ...writes,
  ]);
}

function stopSteps(frames: readonly Frame[], sent: readonly Frame[], source: AnswerSource): Step[] {
  const ending = source.scenario.ending;
  const how = ending?.how ?? 'end';
  switch (how) {
    case 'error-data':
      return [...wait(source.delays.frame), write(failureFrame(source).text, 1), end()];
    case 'error-event':
      return [
        ...wait(source.delays.frame),
        write(`event: error\n${failureFrame(source).text}`, 1),
        end(),
      ];
    default: {
      const next = ending?.where === 'mid-frame' ? frames[sent.length] : undefined;
      return [...(next === undefined ? [] : [write(firstHalf(next.text))]), { do: 'stop', how }];
    }
  }
}

function failureFrame(source: AnswerSource): Frame {
  return dataFrame('error', errorJson(STREAM_FAILURE, 500, source.traceHash));
}

function firstHalf(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}

function end(): Step {
  return { do: 'stop', how: 'end' };
}
