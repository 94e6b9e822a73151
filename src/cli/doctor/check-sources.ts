import { type CommandContext } from '../command.ts';
import { type SourceCheck } from '../command-ports.ts';
import { type Finding, FINE } from './finding.ts';

/** Each configured operation answers, and its query gives every agreed field. */
export async function checkSources({ ports }: CommandContext): Promise<readonly Finding[]> {
  return (await ports.checkSources()).map(findingOf);
}

function findingOf(check: SourceCheck): Finding {
  const what = `source of ${check.agreementId}/${check.operationId}`;
  if (check.outcome === 'unavailable') {
    const cause = check.cause ?? '?';
    const message = { tr: `kaynak sorulamıyor (${cause})`, en: `the source cannot be asked (${cause})` };
    return { what, status: 'fail', message, remedy: ADDRESS };
  }
  if (check.missing.length > 0) {
    const list = check.missing.join(', ');
    const message = {
      tr: `kaynağın sorgusu şu alanları vermiyor: ${list}`,
      en: `its query does not give: ${list}`,
    };
    return { what, status: 'fail', message, remedy: QUERY };
  }
  if (check.surplus.length > 0) {
    const list = check.surplus.join(', ');
    const message = {
      tr: `sorgu fazladan sütun veriyor: ${list}`,
      en: `its query gives more than agreed: ${list}`,
    };
    return { what, status: 'warn', message, remedy: QUERY };
  }
  if (check.unproven === true) return { what, status: 'warn', message: UNPROVEN, remedy: PROOF };
  return { what, status: 'ok', message: FINE };
}

const UNPROVEN = {
  tr: 'yanıt veriyor, ama ayarlara göre kaynağın kimliği kanıtlanmıyor',
  en: 'it answers, but by the settings nothing proves that it is the right source',
};
const PROOF = {
  tr: 'tls.mode için verify yazın ve tls.ca ile kaynağın sertifika makamını gösterin.',
  en: "Write verify for tls.mode, and name the authority of the source's certificate with tls.ca.",
};

const ADDRESS = {
  tr: 'Adresini config/gecit.yaml içinde, erişimini kaynağın yöneticisiyle denetleyin.',
  en: "Check its address in config/gecit.yaml and its access with the source's administrator.",
};
const QUERY = {
  tr: 'Sorgunun sütunlarını config/gecit.yaml içinde protokolün alanlarına uydurun.',
  en: "Bring the query's columns in config/gecit.yaml in line with the agreement's fields.",
};
