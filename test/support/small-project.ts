import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A project in a temporary folder, as the scripts see one: lockfile, what npm installed and a source. */
export class SmallProject {
  readonly root: string = mkdtempSync(join(tmpdir(), 'gecit-project-'));

  constructor() {
    const lock = (packages: object): string => JSON.stringify({ packages: { '': {}, ...packages } });
    const packages = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/other-machine': { version: '1.0.0', optional: true },
    };
    this.write('package.json', '{}');
    this.write('package-lock.json', lock(packages));
    this.write('src/main.ts', '');
    this.write('node_modules/a/package.json', '{}');
    this.write('node_modules/.package-lock.json', lock({ 'node_modules/a': { version: '1.0.0' } }));
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
