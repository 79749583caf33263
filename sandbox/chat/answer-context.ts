import type { Bot } from '../bots/bot.ts';
import type { SeededRandom } from '../random.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { ScenarioParameters } from '../scenarios/scenario-parameters.ts';
import type { ChatRequest } from './chat-request.ts';

export interface AnswerContext {
  readonly request: ChatRequest;
  readonly bot: Bot;
  readonly promptTokens: number;
  readonly scenario: Scenario;
  readonly parameters: ScenarioParameters;
  readonly random: SeededRandom;
  readonly callNumber: number;
  /** Milliseconds on Poe's clock. */
  readonly now: number;
}
