import type { Scenario } from './scenario.ts';
import { parseScenarioParameters, type ScenarioParameters } from './scenario-parameters.ts';
import { SCENARIOS } from './scenarios.ts';

export interface Script {
  /** At least one; a script of parameters only is `ok`. */
  readonly steps: readonly [Scenario, ...Scenario[]];
  readonly parameters: ScenarioParameters;
}

/** Says which scenarios there are, since whoever meets it has mistyped one. */
export class ScriptError extends Error {}

/** `stall ok frames=2`: names are steps, `key=value` holds for all of them. */
export function parseScript(text: string): Script {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const names = words.filter((word) => !word.includes('='));
  const pairs = words.filter((word) => word.includes('=')).map(splitAtEquals);
  const [first = findScenario('ok'), ...rest] = names.map(findScenario);
  return { steps: [first, ...rest], parameters: parameters(pairs) };
}

function findScenario(name: string): Scenario {
  const scenario = SCENARIOS.get(name);
  if (scenario === undefined) {
    const names = [...SCENARIOS.keys()].join(', ');
    throw new ScriptError(`Sandbox: unknown scenario "${name}"; there are ${names}`);
  }
  return scenario;
}

function splitAtEquals(word: string): [name: string, value: string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

function parameters(pairs: readonly [string, string][]): ScenarioParameters {
  try {
    return parseScenarioParameters(pairs);
  } catch (error) {
    throw new ScriptError(`Sandbox: ${error instanceof Error ? error.message : String(error)}`);
  }
}
