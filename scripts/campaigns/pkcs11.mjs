// Keeps the master key on a SoftHSM2 token that is thrown away afterwards: faults, moves, rotations, absence, 1,000 kids.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from './compiled.mjs';
import { readOptions } from './options.mjs';

const USAGE = 'usage: npm run campaign:pkcs11 -- [--kids 1000] [--repeats 1000]';
const LIBRARIES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];
const { kids, repeats } = readOptions(USAGE, { kids: 1_000, repeats: 1_000 });

const library = LIBRARIES.find((file) => existsSync(file));
if (library === undefined || spawnSync('softhsm2-util', ['--version']).status !== 0)
  stop('campaign:pkcs11 needs SoftHSM2; install it with: apt-get install softhsm2');

const { tokenRounds, isSound } = await compiled('scenario/token-rounds');
const { loadCryptoki } = await import('../../out/campaigns/src/store/keys/cryptoki.js');
const place = mkdtempSync(join(tmpdir(), 'gecit-token-'));
try {
  const settings = makeToken(place);
  const tokens = join(place, 'tokens');
  const away = (work) => {
    renameSync(tokens, `${tokens}.away`);
    try {
      work();
    } finally {
      renameSync(`${tokens}.away`, tokens);
    }
  };
  const load = () => loadCryptoki(library);
  const figures = tokenRounds({ settings, place, load, away, kids, repeats });
  console.log(`PKCS11 ${JSON.stringify(figures)}`);
  process.exitCode = isSound(figures) ? 0 : 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}

function makeToken(folder) {
  mkdirSync(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = configuration;
  const pin = randomBytes(8).toString('hex');
  const pinFile = join(folder, 'token.pin');
  writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 });
  const pins = ['--pin', pin, '--so-pin', randomBytes(8).toString('hex')];
  const made = spawnSync('softhsm2-util', ['--init-token', '--free', '--label', 'gecit', ...pins]);
  if (made.status !== 0) stop(`softhsm2-util made no token: ${made.stderr}`);
  return { kind: 'pkcs11', library, tokenLabel: 'gecit', keyLabel: 'gecit-master', pinFile };
}

function stop(text) {
  console.error(text);
  process.exit(2);
}
