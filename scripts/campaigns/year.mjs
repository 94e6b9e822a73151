// Lives a year of a gateway in a simulated clock and compares each log's verdict with the one that is right.
import { compiled } from './compiled.mjs';
import { readOptions } from './options.mjs';

const USAGE = 'usage: npm run campaign:year -- [--queries 200] [--seed N]';
const { queries, seed } = readOptions(USAGE, { queries: 200 });
const { simulateYear } = await compiled('scenario/year-rounds');
const { wrongOf } = await import('../../out/campaigns/test/scenario/year-expectations.js');

console.log(`year: ${queries} queries a day, seed ${seed}`);
let month = '';
const outcome = await simulateYear({
  seed,
  queriesPerDay: queries,
  onDay: (day, { codes, seals, stamps, destroyedParts, alarms }) => {
    if (day.slice(0, 7) === month) return;
    month = day.slice(0, 7);
    const told = `${codes.answered} answers, ${seals} seals, ${stamps} stamps`;
    console.log(`${month}: ${told}, ${destroyedParts} parts destroyed, ${alarms.length} alarms`);
  },
});
for (const { log, kept, verdict, firstBadIndex, codes } of outcome.all)
  console.log(
    `${log.padEnd(8)} ${kept.padEnd(8)} ${verdict.padEnd(10)} ${firstBadIndex ?? '-'} ${codes.join(' ')}`,
  );
const wrong = wrongOf(outcome);
for (const sentence of wrong) console.log(`WRONG ${sentence}`);
const { figures, records, all, seconds } = outcome;
const { seals, stamps, cosigned, destroyedParts } = figures;
const verdicts = Object.fromEntries(all.map(({ log, kept, verdict }) => [`${log} ${kept}`, verdict]));
const told = {
  logs: all.length / 2,
  verdicts,
  records: records.records,
  seals,
  stamps,
  cosigned,
  destroyedParts,
};
console.log(`YEAR ${JSON.stringify({ seed, queries, ...told, wrong: wrong.length, seconds })}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
