import fc from 'fast-check';
import { parseModelsFile } from '../../../src/models/parse-models-file.ts';
import { expectRegistryOrProblems } from '../expect/expect-registry-or-problems.ts';
import type { FuzzTarget } from '../target.ts';
import { editedYaml } from '../yaml-edit.ts';

const FILE = `# Models
defaults: { text_max_tokens: 200000, text_stream: true }
models:
  text:
    - &gpt
      poe_name: GPT-4.1
      owned_by: OpenAI
      aliases: [gpt-4.1, "gpt 4"]
      base: 0
      points_per_1k_in: 60
      points_per_1k_out: 240
      max_tokens: 800000
      parameters: [web_search]
    - { poe_name: Claude-Opus-4.5, per_1k_tokens: 12.5 }
  image:
    - poe_name: Imagen-4
      base: 1000
  video: []
`;

/** What a hand or a script can make of models.yaml. */
export const modelsFileTarget: FuzzTarget = {
  name: 'models-file',
  property: () =>
    fc.property(editedYaml(FILE), (text) => {
      expectRegistryOrProblems(parseModelsFile(text));
    }),
};
