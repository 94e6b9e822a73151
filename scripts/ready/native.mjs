import { run, runNpm } from './run.mjs';
import { Stop } from './stop.mjs';

const PROBE = "new (require('better-sqlite3'))(':memory:').close()";

/** The embedded database is machine code: it must fit this Node and this machine. */
export function checkNativeParts(root, say) {
  if (loads(root)) return;
  say('building better-sqlite3 for this machine …');
  const rebuilt = runNpm(['rebuild', 'better-sqlite3'], { cwd: root, quiet: true });
  if (rebuilt.ok && loads(root)) return;
  throw new Stop(missingSentence(missingTools()));
}

export function missingSentence(missing) {
  if (missing.length > 0) {
    return `better-sqlite3 could not be built because this machine lacks ${missing.join(', ')}; install it and run this command again.`;
  }
  return 'better-sqlite3 could not be built; it needs a C++ compiler, make, python3 and the headers of this Node.js: run "npm rebuild better-sqlite3" to see why.';
}

/** Which of the tools that node-gyp needs are not on the path. */
function missingTools() {
  const has = (tool) => run(tool, ['--version'], { quiet: true }).ok;
  const missing = [];
  if (!['c++', 'g++', 'clang++'].some(has)) missing.push('a C++ compiler');
  if (!['make', 'gmake'].some(has)) missing.push('make');
  if (!['python3', 'python'].some(has)) missing.push('python3');
  return missing;
}

function loads(root) {
  return run(process.execPath, ['-e', PROBE], { cwd: root, quiet: true }).ok;
}
