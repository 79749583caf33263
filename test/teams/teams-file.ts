import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyText } from '../../src/keys/create-key-text.ts';

export interface Team {
  readonly name: string;
  /** Points a month, for all that it does. */
  readonly budget: number;
  /** What its clients send. */
  readonly headers: { readonly authorization: string };
}

/** A KEYS_FILE with a key and a budget for each team. */
export function teamsFile(budgets: Readonly<Record<string, number>>): {
  readonly file: string;
  readonly teams: readonly Team[];
} {
  const lines = { teams: ['teams:'], keys: ['keys:'], budgets: ['budgets:'] };
  const teams = Object.entries(budgets).map(([name, budget]): Team => {
    const { id, text, digest } = createKeyText();
    lines.teams.push(`  - { name: ${name} }`);
    lines.keys.push(`  - { id: ${id}, name: ${name}-ci, team: ${name}, digest: sha256:${digest} }`);
    lines.budgets.push(`  - { team: ${name}, period: month, points: ${budget} }`);
    return { name, budget, headers: { authorization: `Bearer ${text}` } };
  });
  const file = join(mkdtempSync(join(tmpdir(), 'poe-proxy-teams-')), 'keys.yaml');
  writeFileSync(file, Object.values(lines).flat().join('\n'));
  return { file, teams };
}
