// Kills nodes and their database at random under load, and compares what partners received with what is recorded.
import { compiled } from './compiled.mjs';
import { readOptions } from './options.mjs';

const USAGE = 'usage: npm run campaign:chaos -- [--seconds 600] [--nodes 3] [--seed N]';
const { seconds, nodes, seed } = readOptions(USAGE, { seconds: 600, nodes: 3 });
const { chaos } = await compiled('scenario/chaos-rounds');

console.log(`chaos: ${nodes} nodes for ${seconds} seconds, seed ${seed}`);
const figures = await chaos({
  seconds,
  nodes,
  seed,
  onProgress: ({ seconds: gone, nodeKills, databaseKills, answers, refusals, cutOff }) => {
    console.log(
      `${gone} s: ${nodeKills} + ${databaseKills} kills, ${answers} answers, ${refusals} refusals, ${cutOff} cut off`,
    );
  },
});
const wrong =
  figures.answersWithoutLeaf + figures.refusalsWithoutLeaf + figures.quotaOverruns + figures.unsound.length;
console.log(`CHAOS ${JSON.stringify({ seed, ...figures })}`);
process.exitCode = wrong === 0 && figures.answers > 0 ? 0 : 1;
