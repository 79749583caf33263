import { isJsonObject, type JsonObject } from '../json.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { rawExchange, type RawRequest, type RawResponse } from './raw-exchange.ts';

export const AUTHORIZATION = { authorization: 'Bearer sandbox-key' };

export const WEATHER_TOOL = {
  type: 'function',
  function: {
    name: 'getWeather',
    parameters: {
      type: 'object',
      properties: { location: { type: 'string' } },
      required: ['location'],
    },
  },
};

type Behaviour = Partial<Pick<RawRequest, 'headers' | 'leaveWhen' | 'leaveAfter'>>;

/** A chat call with a short prompt, unless the body says otherwise. */
export function ask(
  sandbox: Sandbox,
  body: JsonObject = {},
  behaviour: Behaviour = {},
): Promise<RawResponse> {
  return rawExchange({
    ...behaviour,
    url: `${sandbox.url}/v1/chat/completions`,
    headers: { ...AUTHORIZATION, ...behaviour.headers },
    body: { model: 'GPT-4.1', messages: [{ role: 'user', content: 'Hello' }], ...body },
  });
}

export function get(sandbox: Sandbox, path: string, headers = AUTHORIZATION): Promise<RawResponse> {
  return rawExchange({ url: `${sandbox.url}${path}`, headers });
}

export function userMessage(content: string): JsonObject {
  return { messages: [{ role: 'user', content }] };
}

export function jsonOf(response: RawResponse): JsonObject {
  const value: unknown = JSON.parse(response.body);
  if (!isJsonObject(value)) throw new Error(`no JSON object: ${response.body}`);
  return value;
}

/** The text of an error, wherever its shape has it. */
export function errorMessage(response: RawResponse): string {
  const { error } = jsonOf(response);
  return isJsonObject(error) ? String(error.message) : '';
}

export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly finish_reason: string;
    readonly message: {
      readonly content: string | null;
      readonly reasoning_content?: string;
      readonly tool_calls?:
        | readonly {
            readonly id: string;
            readonly function: { readonly name: string; readonly arguments: string };
          }[]
        | null;
    };
  }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly completion_tokens_details?: { readonly reasoning_tokens: number };
    readonly prompt_tokens_details?: { readonly cached_tokens: number };
  };
}

export function completionOf(response: RawResponse): Completion {
  return jsonOf(response) as unknown as Completion;
}

export function contentOf(response: RawResponse): string | null {
  return completionOf(response).choices[0]?.message.content ?? null;
}
