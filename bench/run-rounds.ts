import { join } from 'node:path';
import type { Contestant } from './contestants/contestant.ts';
import { PARSING } from './contestants/contestants.ts';
import { addedByConversation } from './groups/conversation.ts';
import type { Group, Values } from './groups/group.ts';
import type { Pinning } from './process/pinning.ts';
import { startContestant } from './process/start-contestant.ts';
import type { Driver } from './process/start-driver.ts';
import type { Upstream } from './process/start-upstream.ts';

/** What each contestant came to, round by round. */
export type Rounds = Readonly<Record<string, readonly Values[]>>;

export interface Plan {
  readonly rounds: number;
  readonly isShort: boolean;
  readonly scale: number;
  readonly groups: readonly Group[];
  readonly contestants: readonly Contestant[];
  /** Folder for CPU profiles of those that end properly when they are asked to. */
  readonly profile?: string;
}

export interface Equipment {
  readonly upstream: Upstream;
  readonly driver: Driver;
  readonly pinning: Pinning;
  /** Told what is being done, one line at a time. */
  readonly say: (line: string) => void;
}

/**
 * Round by round, and in each figure by figure, so that contestants are compared within a minute
 * of each other. Every figure is measured of a process of its own. Who fails has no figure, and
 * why is among the problems.
 */
export async function runRounds(
  plan: Plan,
  equipment: Equipment,
): Promise<{ readonly rounds: Rounds; readonly problems: readonly string[] }> {
  const rounds: Record<string, Values[]> = {};
  const problems: string[] = [];
  for (let round = 1; round <= plan.rounds; round += 1) {
    const inRound: Record<string, Values> = {};
    for (const group of plan.groups) {
      for (const contestant of participants(group, plan.contestants)) {
        const { name } = contestant;
        equipment.say(`round ${round} of ${plan.rounds}: ${group.name}, ${name}`);
        try {
          const values = await measure(group, contestant, plan, equipment);
          inRound[name] = { ...inRound[name], ...values };
        } catch (error) {
          problems.push(`round ${round}, ${group.name}, ${name}: ${String(error)}`);
          equipment.say(problems.at(-1) ?? '');
          await equipment.driver.stop();
        }
      }
    }
    for (const { name } of [...plan.contestants, PARSING]) {
      const values = { ...inRound[name], ...addedByConversation(inRound, name) };
      (rounds[name] ??= []).push(values);
    }
  }
  return { rounds, problems };
}

function participants(group: Group, contestants: readonly Contestant[]): readonly Contestant[] {
  return [...contestants, PARSING].filter(
    ({ name, launch }) =>
      (launch !== undefined || !group.needsProcess) &&
      (group.only ? group.only.includes(name) : name !== PARSING.name),
  );
}

async function measure(
  group: Group,
  contestant: Contestant,
  { isShort, scale, profile }: Plan,
  { upstream, driver, pinning }: Equipment,
): Promise<Values> {
  const nodeOptions =
    profile === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${join(profile, `${contestant.name}-${group.name}`)}`];
  const running = await startContestant(contestant, upstream, pinning, nodeOptions);
  try {
    return await group.measure({ driver, upstream, contestant: running, isShort, scale });
  } finally {
    await running.stop();
  }
}
