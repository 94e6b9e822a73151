// node compile.mjs ROOT: writes dist/ from src/, file by file. Types are taken away unchecked.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { transformSync } from '@swc/core';

const root = process.argv[2];
/** Of a browser, and built apart. */
const LEFT_OUT = join(root, 'src/console');

const OPTIONS = {
  // No file of the project's is asked how to compile.
  configFile: false,
  swcrc: false,
  sourceMaps: true,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript' },
    rewriteRelativeImportExtensions: true,
    experimental: { keepImportAttributes: true },
  },
  module: { type: 'es6' },
};

for (const source of sourcesIn(join(root, 'src'))) {
  const made = join(root, 'dist', relative(join(root, 'src'), source)).replace(/\.ts$/, '.js');
  const map = `${basename(made)}.map`;
  const compiled = transformSync(readFileSync(source, 'utf8'), {
    ...OPTIONS,
    filename: source,
    sourceFileName: relative(dirname(made), source),
  });
  mkdirSync(dirname(made), { recursive: true });
  writeFileSync(made, `${compiled.code}//# sourceMappingURL=${map}\n`);
  writeFileSync(join(dirname(made), map), compiled.map);
}

function sourcesIn(folder) {
  if (folder === LEFT_OUT) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
