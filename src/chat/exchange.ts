import type { PoeKey } from '../config/config.ts';
import type { Admission } from '../guards/admission.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import type { RequestFacts } from '../observability/request-facts.ts';
import type { Asker } from '../poe/turns/turn.ts';
import { timeOrderedId } from '../store/time-ordered-id.ts';
import type { ChatRequest } from './request/chat-request.ts';
import { FlowGate } from './upstream/flow-gate.ts';
import type { UpstreamCall } from './upstream/upstream-call.ts';

/** One request on its way through the gateway: what is shared by those who work on its answer. */
export class Exchange {
  /** Of its row in the ledger. The id in its headers may be its client's, and be used twice. */
  readonly ledgerId = timeOrderedId();
  readonly gate = new FlowGate();
  /** Every call of Poe that was made for it. */
  readonly calls: UpstreamCall[] = [];
  /** Keys that Poe refused for it, for what they are. */
  readonly refusedKeys = new Set<PoeKey>();
  #answering: RegisteredModel | undefined;

  constructor(
    readonly request: ChatRequest,
    /** The model that the client named. */
    readonly asked: RegisteredModel,
    /** The version of models.yaml that it began with. */
    readonly registry: ModelRegistry,
    readonly stream: boolean,
    /** How often the client itself has repeated the request already. */
    readonly clientRetries: number,
    readonly facts: RequestFacts,
    readonly admission: Admission,
    /** Of the client. */
    readonly address: string,
  ) {}

  /** Whose turn it is to wait for. */
  get asker(): Asker {
    return { caller: this.admission.caller.keyId, address: this.address };
  }

  /** The model that answers: a fallback, if the one that was asked for did not. */
  get model(): RegisteredModel {
    return this.#answering ?? this.asked;
  }

  /** What the reply calls the model: the client's own name for it, unless another one answers. */
  get modelName(): string {
    return this.model === this.asked ? this.request.model : this.model.name;
  }

  get hasAnswered(): boolean {
    return this.#answering !== undefined;
  }

  /** Its answer begins. */
  answersWith(model: RegisteredModel): void {
    this.#answering = model;
    this.facts.model = model.name;
    this.facts.answeredBy = model.name;
  }

  /** The client parses the answer as JSON: prose added to it would break it. */
  get wantsJson(): boolean {
    return isJsonFormat(this.request);
  }
}

/** Total over any body: the exception filter asks before validation. */
export function isJsonFormat(body: unknown): boolean {
  const format = (body as { response_format?: { type?: unknown } | null } | null)?.response_format;
  return format?.type === 'json_object' || format?.type === 'json_schema';
}
