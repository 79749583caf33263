import { BOTS } from '../bots/bots.ts';
import { parseScript, type Script, ScriptError } from './parse-script.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioParameters } from './scenario-parameters.ts';

const MARKERS = /\[\[sandbox(?: +([^\]:]+))?:([^\]]*)\]\]/g;

/** More distinct markers than this are those of a long run that looks at none of them twice. */
const REMEMBERED_MARKERS = 10_000;

export interface PickedScenario {
  readonly scenario: Scenario;
  readonly parameters: ScenarioParameters;
}

/** While it lasts, what a prompt or `script()` says does not count, and uses up no step. */
export interface Outage {
  /** As in `script()`: `unavailable`, `stall-before-headers` … */
  readonly scenario: string;
  /** Whom it concerns; absent: all. */
  readonly bots?: readonly string[];
}

/**
 * An outage comes first, then a marker in the prompt, one for the bot before one for any, then what
 * `script()` queued, then `ok`.
 */
export class ScenarioPicker {
  readonly #callsByMarker = new Map<string, number>();
  #queue: Script[] = [];
  #outage: Outage | undefined;

  script(texts: readonly string[]): void {
    // All are parsed before any is queued: a mistyped name changes nothing.
    this.#queue.push(...texts.map(parseScript));
  }

  get outage(): Outage | undefined {
    return this.#outage;
  }

  set outage(outage: Outage | undefined) {
    if (outage !== undefined) {
      parseScript(outage.scenario);
      outage.bots?.forEach(botId);
    }
    this.#outage = outage;
  }

  /** Throws ScriptError for a marker that cannot be read. */
  pick(prompt: string, model = ''): PickedScenario {
    const id = model.toLowerCase();
    const outage = this.#outage;
    if (outage && outage.bots?.some((name) => botId(name) === id) !== false) {
      return firstStep(parseScript(outage.scenario));
    }
    const markers = [...prompt.matchAll(MARKERS)];
    const marker =
      markers.find(([, name]) => name !== undefined && botId(name) === id) ??
      markers.find(([, name]) => name === undefined);
    if (marker) return this.#pickStep(marker[0], parseScript(marker[2] ?? ''));
    return firstStep(this.#queue.shift() ?? parseScript('ok'));
  }

  reset(): void {
    this.#callsByMarker.clear();
    this.#queue = [];
    this.#outage = undefined;
  }

  /** The nth call with a marker takes its nth step, and the last step from then on. */
  #pickStep(marker: string, script: Script): PickedScenario {
    const calls = this.#callsByMarker.get(marker) ?? 0;
    if (this.#callsByMarker.size >= REMEMBERED_MARKERS) this.#callsByMarker.clear();
    this.#callsByMarker.set(marker, calls + 1);
    const { steps, parameters } = script;
    return { scenario: steps[calls] ?? steps.at(-1) ?? steps[0], parameters };
  }
}

/** A mistyped bot would be a scenario that never happens. */
function botId(name: string): string {
  const id = name.trim().toLowerCase();
  if (!BOTS.has(id)) throw new ScriptError(`Sandbox: there is no bot "${name.trim()}"`);
  return id;
}

function firstStep({ steps, parameters }: Script): PickedScenario {
  return { scenario: steps[0], parameters };
}
