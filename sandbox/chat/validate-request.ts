import type { Bot } from '../bots/bot.ts';
import { modelNotFound } from '../errors/error-catalogue.ts';
import { invalidParameter, invalidRequest, type PoeError } from '../errors/poe-error.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { ChatRequest } from './chat-request.ts';
import { checkToolMessages } from './check-tool-messages.ts';
import { OPENAI_FIELDS } from './openai-fields.ts';

const ROLES = ['system', 'user', 'assistant', 'tool'];

/**
 * What the handlers themselves refuse. Only the strict one knows which fields there are; the texts
 * of its refusals were never recorded, so they are guesses.
 */
export function validateRequest(
  request: ChatRequest,
  bot: Bot | undefined,
  dialect: 'strict' | 'legacy',
): PoeError | undefined {
  return (
    checkKnownFields(request) ??
    (bot === undefined ? unknownModel(String(request.model)) : undefined) ??
    (dialect === 'strict' ? checkUnknownFields(request, bot) : undefined) ??
    checkMessages(request.messages)
  );
}

function checkKnownFields(request: ChatRequest): PoeError | undefined {
  for (const [name, [isValid, expected]] of Object.entries(OPENAI_FIELDS)) {
    const value = request[name];
    const isAbsent = value === undefined || value === null;
    const isMissing = isAbsent && (name === 'model' || name === 'messages');
    if (isMissing) return invalidParameter(name, `Missing required parameter: '${name}'.`);
    if (!isAbsent && !isValid(value)) {
      return invalidParameter(name, `Invalid '${name}': ${expected} is expected.`);
    }
  }
  return undefined;
}

/** The old handler took `anthropic/claude-…`; what refuses it now says so in these words. */
function unknownModel(model: string): PoeError {
  return model.includes('/')
    ? invalidRequest(`Invalid model: '${model}'. Please check the model name.`)
    : modelNotFound(model);
}

function checkUnknownFields(request: ChatRequest, bot: Bot | undefined): PoeError | undefined {
  const declared = new Set(bot?.parameters.map((parameter) => parameter.name));
  const unknown = Object.keys(request).find(
    (name) => !Object.hasOwn(OPENAI_FIELDS, name) && !declared.has(name),
  );
  if (unknown === undefined) return undefined;
  return invalidRequest(`${unknown}: Extra inputs are not permitted`);
}

function checkMessages(messages: unknown): PoeError | undefined {
  if (!Array.isArray(messages)) return undefined;
  for (const message of messages as unknown[]) {
    if (!isJsonObject(message)) return invalidParameter('messages', "Invalid 'messages'.");
    const problem = checkMessage(message);
    if (problem !== undefined) return problem;
  }
  return checkToolMessages(messages.filter(isJsonObject));
}

function checkMessage(message: JsonObject): PoeError | undefined {
  const { role, content } = message;
  if (typeof role !== 'string' || !ROLES.includes(role)) {
    // Recorded for `developer` in August 2025; Poe's own protocol has other role names.
    return invalidParameter('role', "Invalid 'role': Input should be 'system', 'user' or 'bot'");
  }
  const isEmptyTurn = role === 'assistant' && (content === null || content === undefined);
  const isContent = typeof content === 'string' || Array.isArray(content);
  if (!isContent && !isEmptyTurn) {
    return invalidParameter('content', "Invalid 'content': a string or array is expected.");
  }
  return undefined;
}
