import { BAD_REQUEST_SCENARIOS } from './bad-request-scenarios.ts';
import { FAILURE_SCENARIOS } from './failure-scenarios.ts';
import { LEDGER_SCENARIOS } from './ledger-scenarios.ts';
import { REFUSAL_SCENARIOS } from './refusal-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { STREAM_SCENARIOS } from './stream-scenarios.ts';

export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [
    ...STREAM_SCENARIOS,
    ...BAD_REQUEST_SCENARIOS,
    ...REFUSAL_SCENARIOS,
    ...FAILURE_SCENARIOS,
    ...LEDGER_SCENARIOS,
  ].map((scenario) => [scenario.name, scenario]),
);
