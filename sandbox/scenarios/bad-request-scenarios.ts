import { CONTEXT_OVERFLOW } from '../errors/error-catalogue.ts';
import type { Scenario } from './scenario.ts';

/**
 * Requests that Poe or the provider behind it refuses as they are. `{model}`, `{limit}`, `{param}`
 * and `{value}` in a message are filled in from the request.
 */
export const BAD_REQUEST_SCENARIOS: readonly Scenario[] = [
  {
    name: 'bad-request-max-tokens',
    description:
      '400 while `max_tokens` or `max_completion_tokens` exceeds `limit=` (8192; 0: any value).',
    stub: {
      status: 400,
      appliesWhen: 'max-tokens-above-limit',
      body: {
        shape: 'error-id',
        type: 'invalid_request_error',
        message:
          'max_tokens: {value} > {limit}, which is the maximum allowed number of output tokens for {model}',
      },
    },
  },
  {
    name: 'bad-request-upper-case',
    description: '400 while the model name has an upper-case letter.',
    stub: {
      status: 400,
      appliesWhen: 'upper-case-model',
      body: {
        shape: 'error-id',
        type: 'invalid_request_error',
        message: "Invalid model: '{model}'. Please check the model name.",
      },
    },
  },
  {
    name: 'bad-request-param',
    description:
      '400 that names a field in `error.param`, while `param=` (temperature) is present.',
    stub: {
      status: 400,
      appliesWhen: 'param-present',
      body: {
        shape: 'param-and-code',
        type: 'invalid_request_error',
        message: "Unsupported parameter: '{param}' is not supported with this model.",
        param: '{param}',
        code: 'unsupported_parameter',
      },
    },
  },
  {
    name: 'bad-request-unsupported-value',
    description: '400 while `reasoning_effort` is present and not `medium`; recorded text.',
    stub: {
      status: 400,
      appliesWhen: 'effort-not-medium',
      body: {
        shape: 'bare',
        type: 'invalid_request_error',
        message:
          "Unsupported value: '{value}' is not supported with the 'gpt-5.2-chat-latest' model. Supported values are: 'medium'.",
      },
    },
  },
  {
    name: 'bad-request-any-optional',
    description:
      '400 that names nothing, while any field is present besides `model`, `messages`, `stream`, `n`, `tools`, `tool_choice`, `response_format`.',
    stub: {
      status: 400,
      appliesWhen: 'optional-field-present',
      body: { shape: 'error-id', type: 'invalid_request_error', message: 'Invalid request.' },
    },
  },
  {
    name: 'bad-request-nested',
    description: "400 with Anthropic's whole JSON error as a string in `error.message`.",
    stub: {
      status: 400,
      body: {
        shape: 'error-id',
        type: 'invalid_request_error',
        message: JSON.stringify({
          type: 'error',
          error: {
            type: 'invalid_request_error',
            message: 'messages.0.content: Input should be a valid list',
          },
          request_id: 'req_vrtx_011CZkQ8yTtV4mJ2pWc7nRfa',
        }),
      },
    },
  },
  {
    name: 'late-400',
    description: "400 of a media bot's validation after 200 ms, or `first=`; recorded text (24 s).",
    stub: {
      status: 400,
      delayMs: 200,
      body: {
        shape: 'error-id',
        type: 'invalid_request_error',
        message:
          'Request failed... Invalid generation request. Please try again with a different prompt.',
      },
    },
  },
  {
    name: 'unsupported-feature',
    description: '400 `unsupported_feature_for_model` for tools; recorded text.',
    stub: {
      status: 400,
      body: {
        shape: 'param-and-code',
        type: 'invalid_request_error',
        message:
          'Model {model} does not support tool calling. Use a tool-capable model or remove tools from the request.',
        param: 'model',
        code: 'unsupported_feature_for_model',
      },
    },
  },
  {
    name: 'context-overflow',
    description: '400 `Input is too long for requested model.`; recorded text.',
    stub: CONTEXT_OVERFLOW,
  },
  {
    name: 'context-length-exceeded',
    description: "400 `context_length_exceeded`, in OpenAI's words.",
    stub: {
      status: 400,
      body: {
        shape: 'param-and-code',
        type: 'invalid_request_error',
        message:
          "This model's maximum context length is 128000 tokens. However, your messages resulted in 130017 tokens. Please reduce the length of the messages.",
        param: 'messages',
        code: 'context_length_exceeded',
      },
    },
  },
  {
    name: 'content-filter',
    description: "400 `content_policy_violation` of the provider's content filter.",
    stub: {
      status: 400,
      body: {
        shape: 'string-code',
        type: 'invalid_request_error',
        message: 'Your request was rejected as a result of our safety system.',
        code: 'content_policy_violation',
      },
    },
  },
];
