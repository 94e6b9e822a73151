import { storeFault } from '../store-fault.ts';
import { type ServerDatabase } from './server-database.ts';
import { asServerError, isRefused } from './server-errors.ts';

/**
 * Compares the mark of this node's key folder with the one that the first node left in the database.
 * @throws FaultsError KEY_FOLDER_OTHER: records of one node could not be opened, and its officials not recognised, by another
 */
export async function requireKeyFolder(database: ServerDatabase, mark: string): Promise<void> {
  const { knex, place } = database;
  const find = async (): Promise<string | undefined> => {
    const [known] = await knex('installation').pluck<string[]>('key_folder');
    return known;
  };
  let known = await find();
  if (known === undefined) {
    try {
      await knex('installation').insert({ id: 1, key_folder: mark });
    } catch (error) {
      // Another node starts at the same moment.
      if (!isRefused(error)) throw asServerError(error);
    }
    known = await find();
  }
  if (known !== mark) throw otherFolder(place);
}

function otherFolder(place: string): Error {
  return storeFault(
    'KEY_FOLDER_OTHER',
    place,
    {
      tr: 'bu düğümün anahtar klasörü, veritabanını paylaşan öteki düğümlerinki değil',
      en: 'the key folder of this node is not that of the other nodes of the database',
    },
    {
      tr: 'Bir veritabanını paylaşan düğümler aynı anahtar klasörünü kullanır: GECIT_KEYS_DIR ile ortak klasörü gösterin.',
      en: 'Nodes that share a database share the key folder: name it with GECIT_KEYS_DIR.',
    },
  );
}
