import type { Bot } from '../bots/bot.ts';
import { type Answer, completionTokensOf, reasoningTokensOf } from '../chat/answer.ts';
import { type ChatRequest, wantsUsage } from '../chat/chat-request.ts';
import { composeAnswer } from '../chat/compose-answer.ts';
import { refuseByBot } from '../chat/refuse-by-bot.ts';
import { countPromptTokens } from '../chat/tokens.ts';
import { chooseDialect } from '../dialects/choose-dialect.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { modelNotFound } from '../errors/error-catalogue.ts';
import type { PoeError } from '../errors/poe-error.ts';
import type { SandboxKey } from '../sandbox-options.ts';
import type { PickedScenario } from '../scenarios/scenario-picker.ts';
import type { ScenarioParameters } from '../scenarios/scenario-parameters.ts';
import type { AnswerSource, Delays } from '../wire/answer-source.ts';
import type { Plan } from '../wire/plan.ts';
import { planError } from '../wire/plan-error.ts';
import { planJson } from '../wire/plan-json.ts';
import { planStream } from '../wire/plan-stream.ts';
import type { ChatCall } from './chat-call.ts';
import type { RateLimitState } from './rate-limiter.ts';
import { chatHeaders } from './response-headers.ts';
import type { SandboxState } from './sandbox-state.ts';

/** Makes the plan of one reply, an error's or an answer's. */
export class ReplyPlanner {
  readonly dialect: Dialect;
  rateLimit: RateLimitState | undefined;
  readonly #state: SandboxState;
  readonly #call: ChatCall;
  readonly #bot: Bot | undefined;
  readonly #traceHash: string;

  constructor(state: SandboxState, call: ChatCall, bot: Bot | undefined) {
    this.#state = state;
    this.#call = call;
    this.#bot = bot;
    this.#traceHash = state.random.hex(32, 'trace', call.number);
    const flags = state.options.ignoreFeatureFlags ? undefined : call.entry.headers['poe-feature'];
    this.dialect = chooseDialect(bot, featureHeader(flags));
  }

  error(error: PoeError): Plan {
    const headers = { ...this.#headers(), 'content-type': jsonType(this.dialect) };
    return planError(error, headers, this.#traceHash);
  }

  answer(request: ChatRequest, key: SandboxKey, picked: PickedScenario): Plan {
    const bot = this.#bot;
    if (bot === undefined) return this.error(modelNotFound(String(request.model)));
    const promptTokens =
      picked.parameters.prompt ?? countPromptTokens(request) + bot.hiddenPromptTokens;
    const refusal = refuseByBot(request, bot, promptTokens);
    if (refusal !== undefined) return this.error(refusal);

    const context = {
      request,
      bot,
      promptTokens,
      ...picked,
      random: this.#state.random,
      callNumber: this.#call.number,
      now: this.#state.now(),
    };
    const answer = composeAnswer(context);
    this.#quote(bot, key, picked, answer);
    const source: AnswerSource = {
      answer,
      head: this.dialect.head(context),
      dialect: this.dialect,
      usage: this.dialect.usage(answer, context),
      includeUsage: wantsUsage(request),
      ...picked,
      headers: { ...this.#headers(), ...contentHeaders(request, this.dialect) },
      delays: this.#delays(bot, picked.parameters),
      traceHash: this.#traceHash,
    };
    return request.stream === true ? planStream(source) : planJson(source);
  }

  #quote(bot: Bot, key: SandboxKey, picked: PickedScenario, answer: Answer): void {
    this.#call.quote = {
      bot,
      key,
      promptTokens: answer.promptTokens,
      cachedTokens: answer.cachedTokens,
      outputTokens: completionTokensOf(answer) + reasoningTokensOf(answer),
      picked,
    };
  }

  #delays(bot: Bot, parameters: ScenarioParameters): Delays {
    const { chunkDelayMs, mediaDelayMs } = this.#state.options;
    return {
      headers: parameters.headers ?? 0,
      first: parameters.first ?? (bot.kind === 'text' ? 0 : mediaDelayMs),
      frame: parameters.delay ?? chunkDelayMs,
    };
  }

  #headers(): Record<string, string> {
    const { random, options } = this.#state;
    const context = {
      random,
      callNumber: this.#call.number,
      traceHash: this.#traceHash,
      arrivedAt: this.#call.entry.receivedAt + options.clockSkewMs,
      now: this.#state.now(),
    };
    return chatHeaders(context, this.dialect, this.rateLimit);
  }
}

function featureHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

function contentHeaders(request: ChatRequest, dialect: Dialect): Record<string, string> {
  if (request.stream === true) {
    return { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
  }
  return { 'content-type': jsonType(dialect) };
}

function jsonType(dialect: Dialect): string {
  return dialect.name === 'strict' ? 'application/json; charset=utf-8' : 'application/json';
}
