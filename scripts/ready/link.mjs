import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Puts the command where `npx gecit` looks first. */
export function linkCommand(root) {
  const folder = join(root, 'node_modules/.bin');
  const windows = process.platform === 'win32';
  const link = join(folder, windows ? 'gecit.cmd' : 'gecit');
  if (exists(link)) return;
  mkdirSync(folder, { recursive: true });
  try {
    if (windows) writeFileSync(link, '@node "%~dp0\\..\\..\\scripts\\gecit.mjs" %*\r\n');
    else symlinkSync('../../scripts/gecit.mjs', link);
  } catch (error) {
    if (error.code !== 'EEXIST') rmSync(link, { force: true });
  }
}

function exists(path) {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
