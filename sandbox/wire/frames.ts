import type { JsonObject } from '../json.ts';
import type { Framing } from '../scenarios/scenario.ts';
import { type Step, write } from './plan.ts';

export interface Frame {
  readonly kind: 'role' | 'content' | 'finish' | 'usage' | 'done' | 'noise' | 'error';
  /** Ready for the wire, blank line included. */
  readonly text: string;
  readonly outputTokens: number;
}

/** Neither the provider's bytes nor its JSON were ever whole here. */
const MALFORMED = 'data: {"id":"chatcmpl-sandbox","choices":[{"index":0,"delta":{"content":"\n\n';

export function dataFrame(kind: Frame['kind'], data: JsonObject | string, tokens = 0): Frame {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return { kind, text: `data: ${text}\n\n`, outputTokens: tokens };
}

/** The framings that concern the event stream and not what is in the chunks. */
export function reframe(
  frames: readonly Frame[],
  framing: Framing | undefined,
  contentFramesBefore = 1,
): Frame[] {
  switch (framing) {
    case 'malformed-frame': {
      const first = frames.findIndex((frame) => frame.kind === 'content');
      const noise: Frame = { kind: 'noise', text: MALFORMED, outputTokens: 0 };
      return frames.toSpliced(first + contentFramesBefore, 0, noise);
    }
    case 'comments':
      return frames.map((frame) => ({ ...frame, text: `: ping\n\n${frame.text}` }));
    case 'crlf':
      return frames.map((frame) => ({ ...frame, text: frame.text.replaceAll('\n', '\r\n') }));
    default:
      return [...frames];
  }
}

/** The writes that put frames on the wire: usually one each. */
export function writesOf(frames: readonly Frame[], framing: Framing | undefined): Step[][] {
  if (framing === 'byte-by-byte') return frames.map((frame) => bytewise(frame));
  if (framing !== 'one-write') {
    return frames.map((frame) => [write(frame.text, 1, frame.outputTokens)]);
  }
  const text = frames.map((frame) => frame.text).join('');
  const tokens = frames.reduce((sum, frame) => sum + frame.outputTokens, 0);
  return [[write(text, frames.length, tokens)]];
}

export function bytesOf(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
}

function bytewise(frame: Frame): Step[] {
  const bytes = bytesOf(frame.text);
  return bytes.map((byte, index) =>
    index === bytes.length - 1 ? write(byte, 1, frame.outputTokens) : write(byte),
  );
}
