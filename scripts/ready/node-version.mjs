import { Stop } from './stop.mjs';

/** Node 20.19 is the first that loads every dependency. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Stop(`Node.js ${version} is too old; install Node.js 20.19 or newer (https://nodejs.org).`);
}
