import { blamedField } from './blamed-field.ts';
import type { Body } from './request-fields.ts';
import type { UpstreamError } from './upstream-error.ts';

const OVERFLOW =
  /context[ _-]?(?:length|window|limit)|too long for|prompt is too long|input is too long|maximum context|too many (?:input )?tokens|reduce the length/i;
const MODERATION =
  /moderat|content[ _-]?(?:policy|filter|management)|safety|different prompt|inappropriate|flagged|violat/i;
const UNSUPPORTED = /unsupported_feature|does not support|not supported in|not a chat model/i;

/** A schema is checked at once; what is refused later was refused for what it says. */
const LATE_MS = 5000;

/** The conversation is longer than the model takes; Poe says so with 400 or 413. */
export function isContextOverflow(error: UpstreamError): boolean {
  return error.status === 413 || (error.status === 400 && OVERFLOW.test(textOf(error)));
}

/** Refused for what the request, or the answer, says. */
export function isModerated(error: UpstreamError): boolean {
  return error.kind !== 'timeout' && error.kind !== 'open' && MODERATION.test(textOf(error));
}

/** Whether a change of the request's form may help: the form was refused, not what it asks for. */
export function isRepairable(error: UpstreamError, body: Body, afterMs: number): boolean {
  if (error.status !== 400 && error.status !== 422) return false;
  if (blamedField(body, error)) return true;
  const text = textOf(error);
  return !(
    OVERFLOW.test(text) ||
    MODERATION.test(text) ||
    UNSUPPORTED.test(text) ||
    afterMs > LATE_MS
  );
}

function textOf(error: UpstreamError): string {
  return `${error.type ?? ''} ${error.code ?? ''} ${error.message}`;
}
