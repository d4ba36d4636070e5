import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { looksTokenised } from '../../../src/data/texts/looks-tokenised.ts';
import { pseudoText } from '../../support/pseudo-text.ts';

const speeches = readFileSync(new URL('../../../dist/corpus/train.txt', import.meta.url), 'utf8');
const list = (count: number, of: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => of(i)).join('\n');
const numbered = (i: number) =>
  `${['anna', 'ben', 'carla', 'dan', 'eva', 'finn'][i % 6]}${'aeiou'[i % 5]}${i.toString(7)}`;

const tokenised: Readonly<Record<string, string>> = {
  'the bundled speeches': speeches,
  'one sentence with its full stop apart': 'the cat sat on the mat .',
  'three letters': 'a b c',
  'one word': 'hello',
  'lower-case words without marks':
    'anarchism is a political theory that is sceptical of authority and rejects all forms of coercion',
  'lines in the style of Penn Treebank':
    " mr. <unk> who is N years old said the company 's net income fell N N to $ N million in the third quarter \n" +
    " analysts did n't expect the u.s. bank to sell its stake in the new york-based insurer this year \n" +
    ' the shares closed at $ N each down N cents in new york stock exchange composite trading yesterday \n',
  'quotes and brackets that stand apart':
    "`` I do n't know , '' she said ( and left ) . \" Why ? \" he asked .",
  'tokenised German':
    'der Hund , der gestern bellte , schläft heute den ganzen Tag und träumt von einem langen Weg .',
  'tokenised Korean': '고양이 가 매트 위 에 앉았다 . 개 가 그 고양이 를 보았다 . 고양이 는 매트 에서 잤다 .',
  'tokenised Japanese': '吾輩 は 猫 で ある 。 名前 は まだ 無い 。',
  'event numbers of sessions':
    '5 5 22 5 11 9 11 9 11 9 26 26 26\n22 5 5 5 26 26 11 9 11 9\n5 22 5 11 26 9 11',
  'moves of games': 'e4 e5 Nf3 Nc6 Bb5 a6\nd4 d5 c4 e6 Nc3 Nf6\ne4 c5 Nf3 d6 d4 cxd4\n',
  'a text of the tests': pseudoText(1, 2000, 300),
};

const raw: Readonly<Record<string, string>> = {
  'English prose':
    'The dog barked. Nobody knew why, and nobody asked; it was, after all, only a dog. "Quiet!" said the man.',
  'a play': 'First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n',
  'a poem with a mark at the end of a line':
    'The woods are lovely dark and deep,\nBut I have promises to keep,\nAnd miles to go before I sleep,\n' +
    'And miles to go before I sleep.\n',
  TypeScript: 'for (let i = 0; i < n; i++) {\n  if (!seen.has(words[i])) seen.add(words[i]);\n}\n',
  Python: 'def add(a, b):\n    """Adds two numbers."""\n    return a + b\n\nprint(add(1, 2))\n',
  'a log': '2024-05-01 12:00:03,114 INFO  [main] server.Http: listening on 0.0.0.0:8080\n',
  CSV: 'id,name,price\n1,apple,0.50\n2,pear,0.75\n3,"plum, red",1.20\n',
  'JSON lines': '{"id": 1, "text": "a b c"}\n{"id": 2, "text": "d e f"}\n',
  XML: '<note><to>Anna</to><body class="x">See you at noon</body></note>\n',
  'an e-mail':
    "Hi Anna,\n\nthanks for the notes! I'll read them tonight (promise).\n\nBest,\nBen\n> On Monday, Anna wrote:\n",
  Markdown: '# Notes\n\n- **Buy** milk, eggs\n- [x] call the bank\n\nSee [the list](list.md).\n',
  tweets: 'so tired lol #monday\n@anna u there??\ncoffee first http://example.org/x 😂😂\n',
  'Korean prose':
    '대한민국은 민주공화국이다. 대한민국의 주권은 국민에게 있고, 모든 권력은 국민으로부터 나온다.',
  'Korean in parts': '대한민국은 민주공화국이다. 모든 권력은 국민으로부터 나온다.'.normalize('NFD'),
  'Japanese without spaces': '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。',
  'Chinese without spaces': '学而时习之，不亦说乎？有朋自远方来，不亦乐乎？',
  'Thai without marks': 'มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม',
  'Arabic prose': 'يولد جميع الناس أحراراً ومتساوين في الكرامة والحقوق، وهم قد وهبوا العقل والوجدان.',
  'a sequence without spaces': 'ACGTTGCAACGTTAGC'.repeat(20),
  'a list of names': list(400, numbered),
  'French with spaces at its marks':
    'Quoi ? dit-il. « Je l’ignore », répondit-elle, puis elle sortit : il pleuvait.',
  'prose with Windows line ends': 'The dog barked.\r\nNobody knew why, and nobody asked.\r\n',
};

test.each(Object.entries(tokenised))('%s: words', (_, text) => {
  expect(looksTokenised(text)).toBe(true);
});

test.each(Object.entries(raw))('%s: raw text', (_, text) => {
  expect(looksTokenised(text)).toBe(false);
});

test('it samples the beginning, the middle and the end of a long text', () => {
  const prose = `${raw['English prose']}\n`;
  const clean = 'the cat sat on the mat .\n';
  expect(looksTokenised(clean.repeat(1e5))).toBe(true);
  expect(looksTokenised(prose.repeat(1e4))).toBe(false);
  expect(looksTokenised(clean.repeat(1e4) + prose.repeat(1e4) + clean.repeat(1e4))).toBe(false);
  expect(looksTokenised('ACGT'.repeat(1e6))).toBe(false);
});
