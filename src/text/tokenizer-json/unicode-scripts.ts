/** Pre-tokenizer UnicodeScripts: a text is divided where the script changes. */
import { slice, type Piece } from './piece.ts';

/** Scripts of the Rust library's table; characters of others count as of any script. */
const SCRIPTS =
  'Latin Common Han Cyrillic Greek Arabic Hebrew Hangul Devanagari Thai Inherited Adlam Ahom ' +
  'Anatolian_Hieroglyphs Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi ' +
  'Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Coptic Cuneiform ' +
  'Cypriot Deseret Duployan Egyptian_Hieroglyphs Elbasan Ethiopic Georgian Glagolitic Gothic Grantha Gujarati ' +
  'Gurmukhi Hanunoo Hatran Hiragana Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese ' +
  'Kaithi Kannada Katakana Kayah_Li Kharoshthi Khmer Khojki Khudawadi Lao Lepcha Limbu Linear_A Linear_B Lisu ' +
  'Lycian Lydian Mahajani Malayalam Mandaic Manichaean Marchen Meetei_Mayek Mende_Kikakui Meroitic_Cursive ' +
  'Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean New_Tai_Lue Newa Nko Ogham Ol_Chiki ' +
  'Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_South_Arabian Old_Turkic Oriya Osage ' +
  'Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan ' +
  'Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sora_Sompeng Sundanese Syloti_Nagri Syriac Tagalog ' +
  'Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangut Telugu Thaana Tibetan Tifinagh Tirhuta Ugaritic Vai ' +
  'Warang_Citi Yi';

let expressions: (readonly [name: string, expression: RegExp])[] | undefined;
const known = new Map<string, string>();

/** Script of a character; '' counts as any. */
function scriptOf(character: string): string {
  if (character === ' ') return '';
  if (character === '\u30fc') return 'Han';
  expressions ??= SCRIPTS.split(' ').map((name) => [name, new RegExp(`^\\p{Script=${name}}$`, 'u')] as const);
  let script = known.get(character);
  if (script === undefined) {
    script = expressions.find(([, expression]) => expression.test(character))?.[0] ?? '';
    known.set(character, script);
  }
  return script === 'Hiragana' || script === 'Katakana' ? 'Han' : script;
}

export function splitAtScripts(piece: Piece): Piece[] {
  const starts: number[] = [];
  let at = 0;
  let last: string | undefined;
  for (const character of piece.text) {
    const script = scriptOf(character);
    if (script !== '' && last !== script) starts.push(at);
    if (script !== '') last = script;
    at += character.length;
  }
  // What precedes the first character of a script is left out, as in the Rust library.
  return starts.map((start, i) => slice(piece, start, starts[i + 1] ?? piece.text.length));
}
