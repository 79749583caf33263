import { Histogram, type Registry } from 'prom-client';

// Bounds of OpenTelemetry's conventions for generative AI.
const REQUEST_SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const FIRST_TOKEN_SECONDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
const PER_TOKEN_SECONDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);

const BASE = { gen_ai_operation_name: 'chat', gen_ai_provider_name: 'poe' };
const LABELS = [
  'gen_ai_operation_name',
  'gen_ai_provider_name',
  'gen_ai_request_model',
  'gen_ai_response_model',
] as const;

/** Of one chat request, whatever became of it. */
export interface ChatFigures {
  /** Registry name of the model that was asked for. */
  readonly asked: string;
  /** The same of the one that answered, if one did. */
  readonly answered: string | undefined;
  /** From a closed set; undefined: it succeeded. */
  readonly errorType: string | undefined;
  readonly seconds: number;
  /** Undefined: it was no stream, or nothing came. */
  readonly firstTokenSeconds: number | undefined;
  /** After the first. Undefined: unknown. */
  readonly secondsPerToken: number | undefined;
}

interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Histograms of OpenTelemetry's GenAI conventions, in the spelling of Prometheus. */
export class GenAiMetrics {
  readonly #registry: Registry;
  readonly #request;
  readonly #firstToken;
  readonly #perToken;
  readonly #tokens;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#request = this.#histogram(
      'gen_ai_server_request_duration_seconds',
      'Chat requests for a model of the registry: from arrival to the last byte',
      REQUEST_SECONDS,
      [...LABELS, 'error_type'],
    );
    this.#firstToken = this.#histogram(
      'gen_ai_server_time_to_first_token_seconds',
      'Streams: from arrival to the first content that went to the client',
      FIRST_TOKEN_SECONDS,
      [...LABELS],
    );
    this.#perToken = this.#histogram(
      'gen_ai_server_time_per_output_token_seconds',
      'Streams that were completed: time for each token after the first',
      PER_TOKEN_SECONDS,
      [...LABELS],
    );
    this.#tokens = this.#histogram(
      'gen_ai_client_token_usage',
      'Tokens of a call of Poe, as Poe reports them',
      TOKENS,
      [...LABELS, 'gen_ai_token_type'],
    );
  }

  observe(figures: ChatFigures): void {
    const { errorType, seconds, firstTokenSeconds, secondsPerToken } = figures;
    const labels = labelsOf(figures.asked, figures.answered);
    this.#request.observe(errorType ? { ...labels, error_type: errorType } : labels, seconds);
    if (firstTokenSeconds !== undefined) this.#firstToken.observe(labels, firstTokenSeconds);
    if (secondsPerToken !== undefined) this.#perToken.observe(labels, secondsPerToken);
  }

  /** `answered` is the model that was called, which may stand in for the one that was asked for. */
  countTokens(asked: string, answered: string, usage: Usage): void {
    const labels = labelsOf(asked, answered);
    this.#tokens.observe({ ...labels, gen_ai_token_type: 'input' }, usage.promptTokens);
    this.#tokens.observe({ ...labels, gen_ai_token_type: 'output' }, usage.completionTokens);
  }

  #histogram<L extends string>(name: string, help: string, buckets: number[], labelNames: L[]) {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.#registry] });
  }
}

function labelsOf(asked: string, answered: string | undefined) {
  const labels = { ...BASE, gen_ai_request_model: asked };
  return answered === undefined ? labels : { ...labels, gen_ai_response_model: answered };
}
