import type { Bot } from '../bots/bot.ts';
import { BOTS } from '../bots/bots.ts';
import { type ChatRequest, lastUserText } from '../chat/chat-request.ts';
import { stubError } from '../chat/stub-error.ts';
import { validateRequest } from '../chat/validate-request.ts';
import { INSUFFICIENT_CREDITS, INVALID_KEY, rateLimited } from '../errors/error-catalogue.ts';
import { invalidRequest } from '../errors/poe-error.ts';
import { isJsonObject } from '../json.ts';
import { ScriptError } from '../scenarios/parse-script.ts';
import type { PickedScenario } from '../scenarios/scenario-picker.ts';
import type { Plan } from '../wire/plan.ts';
import { authenticate } from './authenticate.ts';
import type { ChatCall } from './chat-call.ts';
import { ReplyPlanner } from './reply-planner.ts';
import type { SandboxState } from './sandbox-state.ts';

/** Decides how a chat call is answered: account, scenario, request, bot, in this order. */
export function planReply(state: SandboxState, call: ChatCall): Plan {
  const { headers, body } = call.entry;
  const request = isJsonObject(body) ? body : undefined;
  const bot = findBot(request?.model);
  const planner = new ReplyPlanner(state, call, bot);

  const key = authenticate(headers.authorization, state.options.keys);
  if (key === undefined) return planner.error(INVALID_KEY);
  const account = state.accountOf(key);
  const rateLimit = account.limiter.take(state.now());
  planner.rateLimit = rateLimit;
  if (!rateLimit.isAllowed) return planner.error(rateLimited(rateLimit.retryAfterSeconds));
  if (request === undefined) return planner.error(invalidRequest('The body is not valid JSON.'));

  const picked = pickScenario(state, request);
  if (picked instanceof ScriptError) return planner.error(invalidRequest(picked.message));
  const { scenario, parameters } = picked;
  call.entry.scenario = scenario.name;
  if (scenario.stub !== undefined) {
    const error = stubError(scenario.stub, request, parameters);
    if (error !== undefined) return planner.error(error);
  }
  if (account.ledger.balance <= 0) return planner.error(INSUFFICIENT_CREDITS);
  const invalid = validateRequest(request, bot, planner.dialect.name);
  if (invalid !== undefined) return planner.error(invalid);
  return planner.answer(request, key, picked);
}

/** Names are compared whatever their case (interface configuration page). */
function findBot(model: unknown): Bot | undefined {
  return typeof model === 'string' ? BOTS.get(model.toLowerCase()) : undefined;
}

function pickScenario(state: SandboxState, request: ChatRequest): PickedScenario | ScriptError {
  try {
    return state.picker.pick(lastUserText(request), String(request.model));
  } catch (error) {
    if (error instanceof ScriptError) return error;
    throw error;
  }
}
