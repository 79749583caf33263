import { parseScript, type Script } from './parse-script.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioParameters } from './scenario-parameters.ts';

const MARKER = /\[\[sandbox:([^\]]*)\]\]/;

/** More distinct markers than this are those of a long run that looks at none of them twice. */
const REMEMBERED_MARKERS = 10_000;

export interface PickedScenario {
  readonly scenario: Scenario;
  readonly parameters: ScenarioParameters;
}

/** A marker in the prompt comes first, then what `script()` queued, then `ok`. */
export class ScenarioPicker {
  readonly #callsByMarker = new Map<string, number>();
  #queue: Script[] = [];

  script(texts: readonly string[]): void {
    // All are parsed before any is queued: a mistyped name changes nothing.
    this.#queue.push(...texts.map(parseScript));
  }

  /** Throws ScriptError for a marker that cannot be read. */
  pick(prompt: string): PickedScenario {
    const marker = MARKER.exec(prompt);
    if (marker !== null) return this.#pickStep(marker[0], parseScript(marker[1] ?? ''));
    return firstStep(this.#queue.shift() ?? parseScript('ok'));
  }

  reset(): void {
    this.#callsByMarker.clear();
    this.#queue = [];
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

function firstStep({ steps, parameters }: Script): PickedScenario {
  return { scenario: steps[0], parameters };
}
