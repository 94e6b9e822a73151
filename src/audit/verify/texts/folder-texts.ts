import { incomplete, notice, tampered } from '../finding-text.ts';

/** Findings about the files of an evidence folder. */
export const FOLDER_TEXTS = {
  'file-missing': incomplete(
    'Kanıt dosyası yok: silinmiş. Yedekten geri yükleyin.',
    'The evidence file is missing: it was deleted. Restore it from a backup.',
  ),
  'file-superseded': notice(
    'Dolu karosu bulunan eski bir kısmi karo yok; biçim buna izin verir.',
    'An old partial tile is missing whose full tile is there; the format allows that.',
  ),
  'file-unreadable': incomplete(
    'Kanıt dosyası okunamadı. Dosyanın sahibini, haklarını ve diski denetleyin.',
    'The evidence file could not be read. Check its owner, its rights and the disk.',
  ),
  'file-malformed': tampered(
    'Kanıt dosyası biçiminde değil: kesilmiş ya da değiştirilmiş. Yedekle karşılaştırın.',
    'The evidence file does not have its format: it was cut or changed. Compare with a backup.',
  ),
  'file-differs': tampered(
    'Kanıt dosyası kayıtlardan hesaplanan içeriğe uymuyor: değiştirilmiş. Yedekle karşılaştırın.',
    'The evidence file is not what follows from the leaves: it was changed. Compare with a backup.',
  ),
  'file-stray': notice(
    'Klasörde kanıtın parçası olmayan bir dosya var; hiçbir şeyi kanıtlamaz, hiçbir şeyi bozmaz. Nereden geldiğini araştırın.',
    'The folder holds a file that is no part of the evidence; it proves nothing and spoils nothing. Find out where it came from.',
  ),
  'bundle-differs': tampered(
    'Kayıt demetindeki kayıt, imzalanan ağaçtaki özetine uymuyor: değiştirilmiş. Yedekle karşılaştırın.',
    'A leaf in the entry bundle does not have its hash in the tree that was signed: it was changed. Compare with a backup.',
  ),
  'manifest-differs': tampered(
    'Günün bildirimi kayıtlara ya da öteki dosyalara uymuyor: değiştirilmiş. Yedekle karşılaştırın.',
    'The manifest of the day does not fit the leaves or the other files: it was changed. Compare with a backup.',
  ),
  'day-chain-broken': tampered(
    'Gün, kendinden önceki mühürlü güne bağlanmıyor: bir gün silinmiş ya da bildirim değiştirilmiş. Yedekle karşılaştırın.',
    'The day does not continue the sealed day before it: a day was deleted or the manifest was changed. Compare with a backup.',
  ),
  'policy-malformed': incomplete(
    'Klasördeki tanık politikası okunamıyor; tanık imzaları onunla denetlenemedi. Politikayı --policy ile verin.',
    'The witness policy in the folder cannot be read, so cosignatures could not be checked with it. Give a policy with --policy.',
  ),
  'pointer-behind': incomplete(
    'Klasörün kontrol noktası, mühürlenmiş son günün gerisinde: geri alınmış ya da mühürleme yarıda kalmış. Yeniden mühürleyin.',
    'The checkpoint of the folder lies behind the newest sealed day: it was rolled back, or sealing was interrupted. Seal again.',
  ),
  'seal-unfinished': notice(
    'Son mühürleme yarıda kalmış; bir sonraki mühürleme tamamlar.',
    'The last seal was interrupted; the next one finishes it.',
  ),
  'folder-empty': incomplete(
    'Klasörde mühürlenmiş bir günlük yok. Doğru klasörü verdiğinizi denetleyin.',
    'The folder holds no sealed log. Check that it is the right folder.',
  ),
} as const;
