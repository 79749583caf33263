import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Data = Readonly<Record<string, string>>;

/**
 * As the kubelet mounts a ConfigMap or a Secret into a folder: files are links into `..data`, itself
 * a link that is swapped.
 */
export class MountedConfigMap {
  readonly #folder: string;
  #version = 0;

  constructor(folder: string, data: Data) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.swap(data);
    for (const name of Object.keys(data)) symlinkSync(`..data/${name}`, this.path(name));
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** All files at once; names that come or go are not followed. */
  swap(data: Data): void {
    const version = `..version_${++this.#version}`;
    mkdirSync(this.path(version));
    for (const [name, text] of Object.entries(data)) {
      writeFileSync(join(this.#folder, version, name), text);
    }
    symlinkSync(version, this.path('..data_tmp'));
    renameSync(this.path('..data_tmp'), this.path('..data'));
  }
}
