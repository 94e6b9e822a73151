import { type Check, fail, warn } from './check.ts';

/** What tells whether records become durable. */
export interface RecordsState {
  /** Whether they do; tries where it is not known. */
  recording(): Promise<boolean>;
  /** Records that wait, and the most that may. */
  queue(): { readonly waiting: number; readonly mostWaiting: number };
}

/** Part of the places from which on the queue counts as long. */
const LONG = 0.5;

/** Records become durable, and do not wait long for it. */
export function checkLog(state: RecordsState): Check {
  return {
    name: 'log',
    look: async () => {
      if (!(await state.recording())) return [fail('RECORDS_NOT_DURABLE', NOT_DURABLE)];
      const { waiting, mostWaiting } = state.queue();
      return waiting > mostWaiting * LONG ? [warn('RECORDS_WAIT', WAIT)] : [];
    },
  };
}

const NOT_DURABLE = {
  tr: 'Kayıtlar kalıcı yazılamıyor; hiçbir yanıt verilmiyor.',
  en: 'Records cannot be made durable; nothing is answered.',
};
const WAIT = {
  tr: 'Yazılmayı bekleyen kayıtlar, olabileceklerin yarısını aştı.',
  en: 'More than half of the records that may wait are waiting.',
};
