import {
  literal,
  listOf,
  object,
  oneOf,
  orNull,
  TEXT,
  TIME,
  told,
  WHOLE,
  type Schema,
} from '../openapi/schema.ts';

/** What it has besides goes to Poe as it is. */
export const CHAT_REQUEST = object(
  'ChatRequest',
  {
    model: TEXT,
    messages: listOf(object(undefined, { role: TEXT }, { content: {} }, true)),
  },
  { stream: { type: ['boolean', 'null'] } },
  true,
);

const BUDGET = object('BudgetLeft', {
  scope: oneOf('team', 'key', 'model'),
  subject: TEXT,
  period: oneOf('day', 'week', 'month'),
  points: told('the limit', WHOLE),
  spent: WHOLE,
  held: WHOLE,
  remaining: WHOLE,
  resets_at: TIME,
});

const POE_PROXY = object(
  'PoeProxy',
  {
    points: WHOLE,
    points_source: told('Poe’s ledger, or an estimate', oneOf('history', 'estimate')),
    balance: orNull(WHOLE),
    clipped_messages: WHOLE,
    attempts: WHOLE,
    model: told('the one that answered', TEXT),
    repairs: listOf(TEXT),
  },
  { budget: BUDGET },
);

const COMPLETION = object(
  'ChatCompletion',
  {
    id: TEXT,
    object: literal('chat.completion'),
    created: WHOLE,
    model: TEXT,
    choices: listOf(
      object(
        undefined,
        { index: WHOLE, message: { type: 'object' }, finish_reason: TEXT },
        { logprobs: {} },
      ),
    ),
  },
  { usage: { type: 'object' }, poe_proxy: POE_PROXY },
);

export const CHAT_REPLY: Readonly<Record<string, Schema>> = {
  'application/json': COMPLETION,
  'text/event-stream': told('frames of chat.completion.chunk, then [DONE]', TEXT),
};

const POINTS: Schema = { type: 'number' };

export const MODEL = object('Model', {
  id: TEXT,
  object: literal('model'),
  created: WHOLE,
  owned_by: TEXT,
  modality: TEXT,
  aliases: listOf(TEXT),
  context_cap: told('tokens', orNull(WHOLE)),
  pricing: told(
    'points, from models.yaml',
    orNull(object(undefined, { per_message: POINTS, per_1k_in: POINTS, per_1k_out: POINTS })),
  ),
});

export const MODELS = object('ModelList', { object: literal('list'), data: listOf(MODEL) });

const SUMS = {
  num_model_requests: WHOLE,
  input_tokens: WHOLE,
  output_tokens: WHOLE,
  points: WHOLE,
  estimated_points: WHOLE,
};

export const SPENDING = object(
  'Spending',
  {
    object: literal('list'),
    data: listOf(
      object(undefined, {
        object: literal('usage'),
        date: { ...TEXT, format: 'date' },
        model: TEXT,
        ...SUMS,
      }),
    ),
    budgets: listOf(BUDGET),
  },
  { totals: object(undefined, SUMS) },
);
