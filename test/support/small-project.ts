import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Stands for the compiler: one .js for each .ts, and it notes that it ran. */
const COMPILER = `
const fs = require('node:fs'), path = require('node:path');
fs.appendFileSync('compiled', 'x');
if (fs.existsSync('src/broken.ts')) process.exit(1);
for (const name of fs.readdirSync('src')) {
  fs.mkdirSync('dist', { recursive: true });
  fs.writeFileSync(path.join('dist', name.replace(/\\.ts$/, '.js')), '');
}
`;

/** A project in a temporary folder, as the scripts see one: lockfile, what npm installed, a source and a compiler. */
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
    this.write('tsconfig.json', '{}');
    this.write('tsconfig.build.json', '{}');
    this.write('src/main.ts', '');
    this.write('node_modules/a/package.json', '{}');
    this.write('node_modules/.package-lock.json', lock({ 'node_modules/a': { version: '1.0.0' } }));
    this.write('node_modules/typescript/bin/tsc', COMPILER);
    this.write('node_modules/typescript/package.json', '{"type":"commonjs"}');
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
