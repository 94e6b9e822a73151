import { type Check, fail, type Finding, warn } from './check.ts';

/** An agreed operation, and the source that answers it where one is configured. */
export interface AnsweredBy {
  readonly agreement: string;
  readonly operation: string;
  readonly source: string | undefined;
}

/**
 * The operations can be answered. A source that is down ends readiness only where no operation of any agreement can be
 * answered any more: whoever asks for one of its operations gets a refusal that is recorded, other operations go on, and
 * another node would reach the same system no better. Only a node that can answer nothing may as well be left out.
 */
export function checkSources(
  operations: () => readonly AnsweredBy[],
  isDown: (source: string) => boolean,
): Check {
  return { name: 'sources', look: () => findingsOf(operations(), isDown) };
}

function findingsOf(operations: readonly AnsweredBy[], isDown: (source: string) => boolean): Finding[] {
  const missing = operations.filter(({ source }) => source === undefined);
  const answered = operations.filter(({ source }) => source !== undefined);
  const down = answered.filter(({ source }) => source !== undefined && isDown(source));
  const ofSource = (level: typeof warn): Finding[] =>
    [...new Set(down.map(({ source }) => source))].map((source) => level('SOURCE_DOWN', DOWN, source));
  if (down.length > 0 && down.length === answered.length) {
    return [fail('SOURCES_ALL_DOWN', ALL_DOWN), ...ofSource(fail)];
  }
  return [
    ...ofSource(warn),
    ...withoutAny(answered, down).map((agreement) => warn('AGREEMENT_UNANSWERED', UNANSWERED, agreement)),
    ...missing.map(({ agreement, operation }) =>
      warn('SOURCE_NOT_CONFIGURED', NOT_CONFIGURED, `${agreement}/${operation}`),
    ),
  ];
}

/** Agreements of which no operation can be answered. */
function withoutAny(answered: readonly AnsweredBy[], down: readonly AnsweredBy[]): string[] {
  const agreements = new Set(down.map(({ agreement }) => agreement));
  const alive = answered.filter((operation) => !down.includes(operation));
  return [...agreements].filter((id) => alive.every(({ agreement }) => agreement !== id));
}

const DOWN = {
  tr: 'Kaynağa yapılan son sorguların hepsi başarısız.',
  en: 'The newest fetches from the source have all failed.',
};
const ALL_DOWN = {
  tr: 'Hiçbir protokolün hiçbir işlemi yanıtlanamıyor.',
  en: 'No operation of any agreement can be answered.',
};
const UNANSWERED = {
  tr: 'Protokolün hiçbir işlemi yanıtlanamıyor.',
  en: 'No operation of the agreement can be answered.',
};
const NOT_CONFIGURED = {
  tr: 'İşlemi yanıtlayan bir kaynak ayarlarda yok.',
  en: 'The settings name no source that answers the operation.',
};
