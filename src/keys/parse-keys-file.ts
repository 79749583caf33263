import type { Config } from '../config/config.ts';
import { maskKeyTexts } from '../config/mask-key-texts.ts';
import { readYaml, type Path, type Report } from '../config/read-yaml.ts';
import { DEFAULT_TEAM } from './caller.ts';
import { EntryReader } from './entry-reader.ts';
import { parseKeyEntry } from './parse-key-entry.ts';
import { BUDGET_SETTINGS, readBudgetSettings } from './read-budget-settings.ts';
import { readTeamSettings, TEAM_SETTINGS } from './read-team-settings.ts';
import type { BudgetRule, KeyRecord, Roster, TeamRecord } from './roster.ts';

/** What a keys file has to agree with. */
export type KeysFileSurroundings = Pick<Config, 'auth' | 'poe'>;

/** @returns what the file says, or every problem of it, each with its line; none quotes a secret. */
export function parseKeysFile(text: string, config: KeysFileSurroundings): Roster | string[] {
  const file = readYaml(text, ['teams', 'keys', 'budgets']);
  if (Array.isArray(file)) return file.map(maskKeyTexts);
  const { content, report, problems } = file;
  const teams = parseTeams(content.teams, report, config);
  const keys = parseKeys(content.keys, report, config, teams);
  const budgets = parseBudgets(content.budgets, report, config, { teams, keys });
  if (problems.length > 0) return problems.map(maskKeyTexts);
  return { teams: [...teams.values()], keys: [...keys.values()], budgets };
}

type Known<T> = ReadonlyMap<string, T>;

function parseTeams(value: unknown, report: Report, { poe }: KeysFileSurroundings) {
  const teams = new Map<string, TeamRecord>();
  eachOf(value, ['teams'], report, (item, path) => {
    const entry = EntryReader.of(item, path, report, TEAM_SETTINGS);
    const team = entry && readTeamSettings(entry, poe);
    if (!team) return;
    if (teams.has(team.name)) entry.tell('name', `the team "${team.name}" is named above already`);
    teams.set(team.name, { id: team.name, ...team });
  });
  return teams;
}

function parseKeys(
  value: unknown,
  report: Report,
  { auth }: KeysFileSurroundings,
  teams: Known<TeamRecord>,
) {
  const keys = new Map<string, KeyRecord>();
  eachOf(value, ['keys'], report, (item, path) => {
    const key = parseKeyEntry(item, path, report);
    if (!key) return;
    if (keys.has(key.id)) report([...path, 'id'], `the key "${key.id}" is named above already`);
    if (!isTeam(key.teamId, teams))
      report([...path, 'team'], `"${key.teamId}" is no team of this file`);
    keys.set(key.id, key);
  });
  if (auth.mode === 'open' && keys.size > 0) {
    report(['keys'], 'AUTH=open lets in whoever comes: remove the keys, or set AUTH=keys');
  }
  return keys;
}

function parseBudgets(
  value: unknown,
  report: Report,
  { auth }: KeysFileSurroundings,
  { teams, keys }: { teams: Known<TeamRecord>; keys: Known<KeyRecord> },
) {
  const keyIds = new Set([...keys.keys(), ...auth.keys.map(({ name }) => `env:${name}`)]);
  const budgets = new Map<string, BudgetRule>();
  eachOf(value, ['budgets'], report, (item, path) => {
    const entry = EntryReader.of(item, path, report, BUDGET_SETTINGS);
    const budget = entry && readBudgetSettings(entry);
    if (!budget) return;
    const { scope, subject, period } = budget;
    const id = `file:${scope}:${subject}:${period}`;
    if (scope === 'team' && !isTeam(subject, teams)) {
      report([...path, scope], `"${subject}" is no team of this file`);
    }
    if (scope === 'key' && !keyIds.has(subject)) {
      report(
        [...path, scope],
        `"${subject}" is neither the id of a key of this file nor env:<name>`,
      );
    }
    if (budgets.has(id)) report(path, 'there is a budget for the same and the same period above');
    budgets.set(id, { id, ...budget });
  });
  return [...budgets.values()];
}

function isTeam(id: string, teams: Known<TeamRecord>): boolean {
  return id === DEFAULT_TEAM || teams.has(id);
}

function eachOf(
  value: unknown,
  path: Path,
  report: Report,
  parse: (item: unknown, path: Path) => void,
): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) {
    report(path, `${path.join('.')} must be a list of entries`);
    return;
  }
  value.forEach((item, index) => {
    parse(item, [...path, index]);
  });
}
