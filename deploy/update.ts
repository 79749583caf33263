import { writeFileSync } from 'node:fs';
import { chartFiles, kustomizeFiles, type GeneratedFiles } from './generated-files.ts';

// npm run deploy:update -- [path of helm]
const helm = process.argv[2] ?? 'helm';
// What kubectl applies is rendered from the chart as it is then.
write(await chartFiles());
write(kustomizeFiles(helm));

function write(files: GeneratedFiles): void {
  for (const [path, text] of Object.entries(files)) {
    writeFileSync(new URL(path, import.meta.url), text);
    console.log(`deploy/${path}`);
  }
}
