import { type Verdict } from '../../src/audit/verify/findings.ts';
import { type OpenedParts } from '../../src/audit/verify/report.ts';
import { seeded } from '../support/load.ts';
import { SetClock } from '../support/set-clock.ts';
import { at, daysOfYear, isDestructionDay, STORY } from '../support/year/calendar.ts';
import { askWitness, forgeHistory } from '../support/year/forger.ts';
import { changeOneLeaf, type ChangedLeaf } from '../support/year/changed-leaf.ts';
import { countRecords, type RecordCounts } from '../support/year/record-counts.ts';
import { type LogVerdict, verdictsOf, YearAuditor } from '../support/year/year-auditor.ts';
import { type YearFigures } from '../support/year/year-figures.ts';
import { type Restored, YearStory } from '../support/year/year-story.ts';

export interface YearOptions {
  readonly seed: number;
  readonly queriesPerDay: number;
  /** One: every day of the year is lived. Else so many days pass between two, besides those of the story. */
  readonly everyDays?: number;
  /** Told after each day. */
  readonly onDay?: (day: string, figures: YearFigures) => void;
}

/** What became of another history that was signed with the key of a log. */
export interface ForgedOutcome {
  /** The forged database by itself, and with the checkpoint that was kept before. */
  readonly alone: Verdict;
  readonly withKept: readonly LogVerdict[];
  /** What the witness said to the forger's checkpoint. */
  readonly witness: string;
}

/** What a year ended with. */
export interface YearOutcome {
  readonly figures: YearFigures;
  readonly records: RecordCounts;
  /** How queries ended under the agreement that renews itself and under the one of which notice was given. */
  readonly lastDayOfTerm: readonly string[];
  readonly dayAfterTerm: readonly string[];
  readonly forged: ForgedOutcome;
  readonly restored: Restored;
  /** Verdicts from database and folder, compared with each other; personal parts were opened. */
  readonly all: readonly LogVerdict[];
  readonly opened: readonly (OpenedParts | null)[];
  readonly missingParts: number;
  readonly folderAlone: readonly LogVerdict[];
  /** Verdicts over a copy in which one leaf was changed. */
  readonly changed: ChangedLeaf & { readonly verdicts: readonly LogVerdict[] };
  /** Events that the gateway logged as errors or warnings. */
  readonly logged: readonly string[];
  readonly seconds: number;
}

type Told = Pick<YearOutcome, 'lastDayOfTerm' | 'dayAfterTerm' | 'forged' | 'restored'>;

/** Lives a year of a gateway, from one March to the next, and has an auditor judge what is left of it. */
export async function simulateYear(options: YearOptions): Promise<YearOutcome> {
  const begun = performance.now();
  await using story = await YearStory.begin(new SetClock(at(STORY.start, '08:00')), seeded(options.seed));
  const told: Partial<Told> = {};
  for (const day of daysOfYear(options.everyDays ?? 1)) {
    await story.ask(day, Math.ceil(options.queriesPerDay / 2));
    Object.assign(told, await happenings(story, day));
    await story.askMore(Math.floor(options.queriesPerDay / 2));
    await story.close(day);
    options.onDay?.(day, story.figures);
  }
  return {
    ...(told as Told),
    ...(await audited(story)),
    seconds: Math.round((performance.now() - begun) / 1000),
  };
}

/** What the day brings besides queries. */
async function happenings(story: YearStory, day: string): Promise<Partial<Told>> {
  if (isDestructionDay(day)) {
    await story.destroy();
    await story.keepCheckpoint(day);
  }
  switch (day) {
    case STORY.notice:
      await story.giveNotice(day);
      return {};
    case STORY.compromise:
      return { forged: await compromise(story, day) };
    case STORY.lastOfTerm:
      return { lastDayOfTerm: await story.bothAgreements() };
    case STORY.renewed:
      return { dayAfterTerm: await story.bothAgreements() };
    case STORY.backup:
      story.backUp();
      return {};
    case STORY.restore:
      // Signed, and sealed never: the database is lost before the night.
      await story.keepCheckpoint(day);
      return { restored: await story.restore() };
    default:
      return {};
  }
}

/** Somebody else has the key: what he makes of the log until its operator closes it. */
async function compromise(story: YearStory, day: string): Promise<ForgedOutcome> {
  const { node } = story;
  await story.keepCheckpoint(day);
  await story.push();
  const size = story.sizeOfOpenLog();
  const forged = forgeHistory(node, story.choice.between(Math.floor(size / 2), size - 1));
  const outcome = {
    alone: (await new YearAuditor(node, { ...story.trust, checkpoints: [] }).copy(forged)).verdict,
    withKept: verdictsOf(await new YearAuditor(node, story.trust).copy(forged)),
    witness: await askWitness(node, story.policyFile, forged),
  };
  await node.say('ayse', 'audit', 'rollover', '--reason', 'key-compromise');
  return outcome;
}

async function audited(story: YearStory): Promise<Omit<YearOutcome, keyof Told | 'seconds'>> {
  const { node, figures } = story;
  await story.stop();
  const auditor = new YearAuditor(node, story.trust);
  const all = await auditor.all('--open', '--operator-key', node.operators.keyOf('ayse'));
  const changed = changeOneLeaf(node, story.choice);
  const loud = node.logger.lines.filter(({ level }) => level === 'error' || level === 'warn');
  return {
    figures,
    records: countRecords(node),
    all: verdictsOf(all),
    opened: all.logs.map(({ opened }) => opened),
    missingParts: all.logs.reduce((sum, log) => sum + log.missingParts, 0),
    folderAlone: verdictsOf(await auditor.folderAlone()),
    changed: { ...changed, verdicts: verdictsOf(await auditor.copy(changed)) },
    logged: [...new Set(loud.map(({ event }) => event.split(':')[0] ?? ''))].sort(),
  };
}
