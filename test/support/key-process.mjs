// A process that works in a key folder with the built product and may end itself, or be told when to begin.
// argv: folder, JSON of { make?: kids, rotate?: kids that end, dieAfter?: step number }
import { openKeyFiles } from '../../dist/store/keys/key-files.js';
import { MasterKeyFiles } from '../../dist/store/keys/master-key-files.js';
import { rotateMasterKey } from '../../dist/store/keys/rotate-master-key.js';

const [folder, text] = process.argv.slice(2);
const { make = [], rotate, dieAfter = Infinity } = JSON.parse(text);
let steps = 0;

function onStep() {
  steps += 1;
  if (steps === dieAfter) process.kill(process.pid, 'SIGKILL');
}

function work() {
  if (rotate !== undefined) {
    const masters = new MasterKeyFiles(folder);
    const keep = (kid) => !rotate.includes(kid);
    rotateMasterKey({ folder, masters, onStep }, { keep, plan: 'plan-1', at: '2026-11-22T00:00:00.000Z' });
  }
  const kids = { has: () => false, ofMonth: () => [] };
  const vault = openKeyFiles(folder, kids, '2026-11-22');
  return make.map((kid) => [kid, vault.keysFor(kid).dataKey.toString('hex')]);
}

process.once('message', () => {
  const made = work();
  process.send({ steps, made }, () => process.disconnect());
});
process.send('ready');
