// Changes one place at a time of a node's evidence and looks whether verifying it says so, and where.
import { compiled } from './compiled.mjs';
import { readOptions } from './options.mjs';

const USAGE = 'usage: npm run campaign:mutations -- [--rounds 10000] [--seed N]';
const { rounds, seed } = readOptions(USAGE, { rounds: 10_000 });
const { mutationRounds } = await compiled('scenario/mutation-rounds');

console.log(`mutations: ${rounds} rounds, seeds ${seed} to ${seed + rounds - 1}`);
const begun = performance.now();
const { found, kinds, missed } = await mutationRounds({
  seeds: Array.from({ length: rounds }, (_, round) => seed + round),
  onRound: (round, figures) => {
    if (round % 500 === 0) console.log(`round ${round}: ${figures.found} found`);
  },
});
for (const [kind, figures] of Object.entries(kinds).sort())
  console.log(
    `${kind.padEnd(52)} ${String(figures.found).padStart(5)} of ${String(figures.rounds).padStart(5)} found, ${figures.first} named first`,
  );
for (const { seed: repeat, kind, what, verdict, findings } of missed) {
  console.log(`MISSED ${kind}: ${what} (verdict ${verdict}); repeat with --rounds 1 --seed ${repeat}`);
  for (const finding of findings) console.log(`    ${finding}`);
}
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(`MUTATIONS ${JSON.stringify({ seed, rounds, found, missed: missed.length, seconds })}`);
process.exitCode = found === rounds ? 0 : 1;
