import { type Check, fail } from './check.ts';

/** The gateway's own database can be read. @param readable looks at the registers */
export function checkDatabase(readable: () => Promise<boolean>): Check {
  return {
    name: 'database',
    look: async () => ((await readable()) ? [] : [fail('DATABASE_UNREADABLE', UNREADABLE)]),
  };
}

const UNREADABLE = {
  tr: 'Geçidin veritabanı okunamıyor.',
  en: 'The database of the gateway cannot be read.',
};
