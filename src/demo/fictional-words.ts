/** Words of which fictional people are made. The surnames mean sample, fiction, dream and the like. */
export const FIRST_NAMES = [
  'Ayşe', 'Bülent', 'Cemile', 'Çetin', 'Dilşad', 'Emine', 'Ferhat', 'Gülizar', 'Hüseyin', 'Işıl', 'İbrahim', 'Kadriye',
  'Mümtaz', 'Nazlı', 'Oğuz', 'Öykü', 'Pınar', 'Rıza', 'Sırma', 'Şerife', 'Tuğçe', 'Uğur', 'Ülkü', 'Yağız', 'Zübeyde',
] as const; // prettier-ignore

export const SURNAMES = [
  'Örnek', 'Numune', 'Temsil', 'Deneme', 'Kurgu', 'Hayal', 'Tasarım', 'Farazi', 'Masal', 'Düşsel', 'Öyküsel', 'Sanal',
] as const; // prettier-ignore

export const TITLES = [
  'Tarım Aracısı',
  'Tarım İşçi Aracılığı',
  'Örnek Mevsimlik İşçi Aracılığı',
  'Numune Tarım Hizmetleri',
  'Kurgu Çiftlik İşleri',
] as const;

export const PROVINCES = [
  'Adana',
  'Şanlıurfa',
  'Mersin',
  'Ordu',
  'Malatya',
  'Eskişehir',
  'Iğdır',
  'Aydın',
] as const;
