// Kills a gateway under load at random moments and compares what partners received with what is recorded.
import { compiled } from './compiled.mjs';
import { readOptions } from './options.mjs';

const USAGE = 'usage: npm run campaign:kill -- [--rounds 200] [--seed N]';
const { rounds, seed } = readOptions(USAGE, { rounds: 200 });
const { killRounds } = await compiled('scenario/kill-rounds');

console.log(`kill: ${rounds} rounds, seed ${seed}`);
const figures = await killRounds({
  rounds,
  seed,
  onRound: (round, { answers, refusals, cutOff }) => {
    if (round % 10 === 0)
      console.log(`round ${round}: ${answers} answers, ${refusals} refusals, ${cutOff} cut off`);
  },
});
const good = figures.answersWithoutLeaf === 0 && figures.refusalsWithoutLeaf === 0 && figures.unsound === 0;
console.log(`KILL ${JSON.stringify({ seed, ...figures })}`);
process.exitCode = good ? 0 : 1;
