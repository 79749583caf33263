import type { PoeError } from '../errors/poe-error.ts';
import type { StubReply } from '../scenarios/scenario.ts';
import type { ScenarioParameters } from '../scenarios/scenario-parameters.ts';
import { type ChatRequest, presentFields } from './chat-request.ts';

/** `limit=` of bad-request-max-tokens; what older models allow. */
const DEFAULT_LIMIT = 8192;
const DEFAULT_PARAM = 'temperature';

/** What a client that repairs its request can never leave out. */
const REQUIRED_FIELDS = [
  'model',
  'messages',
  'stream',
  'n',
  'tools',
  'tool_choice',
  'response_format',
];

/** The scenario's reply, filled in from the request; undefined where it does not apply. */
export function stubError(
  stub: StubReply,
  request: ChatRequest,
  parameters: ScenarioParameters,
): PoeError | undefined {
  if (!applies(stub, request, parameters)) return undefined;
  const retryAfter =
    stub.retryAfterSeconds === undefined ? undefined : (parameters.after ?? stub.retryAfterSeconds);
  const values = placeholders(stub, request, parameters);
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return {
    status: stub.status,
    delayMs: parameters.first ?? stub.delayMs ?? 0,
    headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
    body:
      'html' in stub.body
        ? stub.body
        : {
            ...stub.body,
            message: fill(stub.body.message),
            ...(stub.body.param === undefined ? {} : { param: fill(stub.body.param) }),
          },
  };
}

function applies(
  { appliesWhen = 'always' }: StubReply,
  request: ChatRequest,
  parameters: ScenarioParameters,
): boolean {
  switch (appliesWhen) {
    case 'always':
      return true;
    case 'max-tokens-above-limit':
      return largestLimit(request) > (parameters.limit ?? DEFAULT_LIMIT);
    case 'upper-case-model':
      return /[A-Z]/.test(String(request.model));
    case 'param-present':
      return presentFields(request).includes(parameters.param ?? DEFAULT_PARAM);
    case 'effort-not-medium':
      return (request.reasoning_effort ?? 'medium') !== 'medium';
    case 'optional-field-present':
      return presentFields(request).some((name) => !REQUIRED_FIELDS.includes(name));
  }
}

function placeholders(
  { appliesWhen }: StubReply,
  request: ChatRequest,
  parameters: ScenarioParameters,
): Readonly<Record<string, string>> {
  const isEffort = appliesWhen === 'effort-not-medium';
  return {
    model: String(request.model),
    param: parameters.param ?? DEFAULT_PARAM,
    limit: String(parameters.limit ?? DEFAULT_LIMIT),
    value: String(isEffort ? request.reasoning_effort : largestLimit(request)),
  };
}

function largestLimit(request: ChatRequest): number {
  const limits = [request.max_tokens, request.max_completion_tokens];
  return Math.max(0, ...limits.filter((limit) => typeof limit === 'number'));
}
