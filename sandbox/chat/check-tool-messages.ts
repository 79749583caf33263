import { invalidParameter, type PoeError } from '../errors/poe-error.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** The rule of the providers behind Poe, with OpenAI's texts: calls and results come in pairs. */
export function checkToolMessages(messages: readonly JsonObject[]): PoeError | undefined {
  let unanswered = new Set<unknown>();
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!unanswered.delete(message.tool_call_id)) return orphanResult();
      continue;
    }
    if (unanswered.size > 0) return unansweredCall();
    unanswered = callIds(message);
  }
  return unanswered.size > 0 ? unansweredCall() : undefined;
}

function callIds(message: JsonObject): Set<unknown> {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  return new Set(calls.filter(isJsonObject).map((call) => call.id));
}

function orphanResult(): PoeError {
  return invalidParameter(
    'messages',
    "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
  );
}

function unansweredCall(): PoeError {
  return invalidParameter(
    'messages',
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
  );
}
