import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Fault } from '../shared/fault.ts';
import { type Sentence } from '../shared/problem.ts';
import { holdsDemoCertificate, isBesideDemoFile } from './demo-made.ts';
import { type Locate } from './locate.ts';
import { type Settings } from './settings.ts';
import { sqliteSourceFile } from './sqlite-source-file.ts';

/** What the realm of production forbids: whatever the demo realm made, also where it was moved. */
export function productionFaults(settings: Settings, locate: Locate): Fault[] {
  if (settings.realm !== 'production') return [];
  return [
    ...demoCertificates(settings, locate),
    ...demoSources(settings, locate),
    ...demoRemains(settings, locate),
  ];
}

function demoCertificates({ folders, partner }: Settings, locate: Locate): Fault[] {
  const demo = join(folders.certs, 'demo');
  return (['certificate', 'key', 'clientCa'] as const)
    .filter((key) => isInside(partner[key], demo) || holdsDemoCertificate(partner[key]))
    .map((key) => ({
      code: 'SETTING_DEMO_IN_PRODUCTION',
      ...locate(['partner', key]),
      message: {
        tr: 'canlı ortam deneme sertifikasıyla çalışmaz',
        en: 'the production realm does not run on a demo certificate',
      },
      remedy: {
        tr: 'Kurumunuzun kendi dosyasının yolunu yazın.',
        en: "Name the file of your own institution's certificate.",
      },
    }));
}

function demoSources({ folders, sources }: Settings, locate: Locate): Fault[] {
  const demo = join(folders.data, 'demo');
  return sources.flatMap((source, place) => {
    const file = sqliteSourceFile(source);
    if (file === undefined || (!isInside(file, demo) && !isBesideDemoFile(file))) return [];
    return [
      {
        code: 'SETTING_DEMO_IN_PRODUCTION',
        ...locate(['sources', place, 'url']),
        message: {
          tr: 'canlı ortam deneme ortamının uydurma kayıtlarından yanıt vermez',
          en: 'the production realm does not answer from the fictional register of the demo realm',
        },
        remedy: {
          tr: 'Kurumunuzun kendi veri kaynağının adresini yazın.',
          en: "Give the address of your own institution's source.",
        },
      },
    ];
  });
}

function demoRemains(settings: Settings, locate: Locate): Fault[] {
  const remains = ['demo.json', join('operators', 'demo.key')]
    .map((name) => join(settings.folders.data, name))
    .filter((file) => existsSync(file) || file === settings.operatorKey);
  const message = (file: string): Sentence => ({
    tr: `veri klasöründe deneme ortamından kalan ${relative(settings.folders.data, file)} var`,
    en: `the data folder holds ${relative(settings.folders.data, file)} of the demo realm`,
  });
  return remains.map((file) => ({
    code: 'SETTING_DEMO_IN_PRODUCTION',
    ...locate(['folders', 'data']),
    message: message(file),
    remedy: {
      tr: 'Canlı ortam için boş bir veri klasörü seçin.',
      en: 'Choose an empty data folder for production.',
    },
  }));
}

function isInside(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith('/') && !/^[A-Za-z]:/.test(way);
}
