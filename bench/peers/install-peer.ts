import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Installs a gateway that is no dependency of this project, without running scripts of it.
 * @returns whether it is there
 */
export function installPeer(name: string, say: (line: string) => void): boolean {
  const folder = pathOf(`../.peers/${name}`);
  if (existsSync(`${folder}/node_modules`)) return true;
  say(`installing ${name} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(pathOf(`${name}/${file}`), `${folder}/${file}`);
  }
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return true;
  say(`${name} cannot be installed and is left out: ${stderr.slice(-500)}`);
  return false;
}
