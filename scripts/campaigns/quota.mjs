// Lets an official with a quota of 100 make 1,000 calls at once, kills the gateway meanwhile, starts it and asks again.
import { compiled } from './compiled.mjs';
import { readOptions } from './options.mjs';

const USAGE = 'usage: npm run campaign:quota -- [--rounds 25] [--seed N]';
const CALLS_AT_ONCE = [1_000, 200, 40, 8];
const { rounds, seed } = readOptions(USAGE, { rounds: 25 });
const { CALLS, DAILY_QUOTA, killWithinQuota } = await compiled('scenario/quota-rounds');

console.log(`quota: ${rounds} rounds, seeds from ${seed}`);
const totals = { rounds: 0, answers: 0, disclosures: 0, cutOff: 0, killedBeforeQuota: 0, wrong: 0 };
for (let round = 0; round < rounds; round++) {
  const atOnce = CALLS_AT_ONCE[round % CALLS_AT_ONCE.length];
  const result = await killWithinQuota(seed + round, atOnce);
  const answers = result.answersBefore + result.answersAfter;
  const exact = result.refusedAfter === CALLS - result.answersAfter && result.disclosures === DAILY_QUOTA;
  const right = answers <= result.disclosures && exact && result.verdict === 0;
  totals.rounds += 1;
  totals.answers += answers;
  totals.disclosures += result.disclosures;
  totals.cutOff += result.cutOff;
  totals.killedBeforeQuota += result.disclosuresBefore < DAILY_QUOTA ? 1 : 0;
  totals.wrong += right ? 0 : 1;
  console.log(
    `seed ${seed + round}, ${atOnce} at once: ${right ? 'right' : 'WRONG'} ${JSON.stringify(result)}`,
  );
}
console.log(`QUOTA ${JSON.stringify({ seed, ...totals })}`);
process.exitCode = totals.wrong === 0 ? 0 : 1;
