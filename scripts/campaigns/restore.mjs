// Backs up a gateway under load, kills it, deletes its folders, restores it from the last backup on "another machine" and asks
// it again; tells what was lost (RPO) and how long it took (RTO).
import { compiled } from './compiled.mjs';
import { readOptions } from './options.mjs';

const USAGE =
  'usage: npm run campaign:restore -- [--rounds 10] [--backups 3] [--pause 3000] [--callers 8] [--seed N]\n  --pause: milliseconds between two backups, at most';
const { rounds, backups, pause, callers, seed } = readOptions(USAGE, {
  rounds: 10,
  backups: 3,
  pause: 3_000,
  callers: 8,
});
const { restoreRounds } = await compiled('scenario/restore-rounds');

console.log(`restore: ${rounds} rounds, ${backups} backups each, seed ${seed}`);
const drills = await restoreRounds({
  rounds,
  seed,
  backups,
  pauseMilliseconds: pause,
  callers,
  onRound: (round, drill) => {
    const { evidenceLost, answers, lostRecords, toldLost, lostSeconds, downSeconds, wrong } = drill;
    const place = evidenceLost ? 'evidence lost as well' : `${toldLost} of them signed and told`;
    console.log(
      `round ${round}: ${answers} answers; RPO ${lostRecords} records, ${lostSeconds} s (${place}); RTO ${downSeconds} s` +
        wrong.map((sentence) => `\n  WRONG ${sentence}`).join(''),
    );
  },
});
const spread = (name) => {
  const sorted = drills.map((drill) => drill[name]).sort((one, other) => one - other);
  return { least: sorted[0], median: sorted[Math.floor(sorted.length / 2)], most: sorted.at(-1) };
};
const wrong = drills.reduce((sum, drill) => sum + drill.wrong.length, 0);
const figures = {
  answers: drills.reduce((sum, drill) => sum + drill.answers, 0),
  lostRecords: spread('lostRecords'),
  lostSeconds: spread('lostSeconds'),
  backupSeconds: spread('backupSeconds'),
  downSeconds: spread('downSeconds'),
};
console.log(`RESTORE ${JSON.stringify({ seed, rounds, backups, ...figures, wrong })}`);
process.exitCode = wrong === 0 ? 0 : 1;
