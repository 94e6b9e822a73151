import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './ready/build.mjs';
import { install, isInstalled, markInstalled } from './ready/install.mjs';
import { linkCommand } from './ready/link.mjs';
import { withLock } from './ready/lock.mjs';
import { checkNativeParts } from './ready/native.mjs';
import { checkNodeVersion } from './ready/node-version.mjs';
import { orStop } from './ready/stop.mjs';

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const say = (text) => process.stderr.write(`gecit: ${text}\n`);

/** Installs and builds what is missing; says nothing and changes nothing when all is in place. Safe beside itself. */
export async function ready() {
  await orStop(async () => {
    checkNodeVersion();
    if (!existsSync(join(root, 'src')) || isReady()) return;
    const onWait = () => say('another process is installing or building; waiting for it …');
    await withLock(join(root, 'dist/.lock'), makeReady, { onWait });
  });
}

function isReady() {
  return isInstalled(root) && isBuilt(root);
}

/** Asks again under the lock: the process that held it may have done the work. */
function makeReady() {
  if (!isInstalled(root)) {
    install(root, say);
    checkNativeParts(root, say);
    linkCommand(root);
    markInstalled(root);
  }
  if (!isBuilt(root)) build(root, say);
}
