import type { text as english } from '../en/text.ts';

/** The view Text. */
export const text: typeof english = {
  label: '학습할 텍스트',
  hint: '여기에 글을 붙여 넣거나 파일을 끌어다 놓으세요. 일반 텍스트, gzip, JSON Lines를 읽습니다.',
  open: '파일 열기',
  samples: '예제',
  sampleNames: {
    'speeches.txt.gz': '미국 대통령 연설(영어)',
    'udhr-ko.txt': '세계 인권 선언(한국어)',
  },
  shortened: (shown, all) => `전체 ${all}자 가운데 앞의 ${shown}자만 보입니다. 학습에는 전체를 씁니다.`,
  tokens: '토큰',
  kinds: { auto: '텍스트에 맞게 선택', word: '단어', char: '문자', byte: '바이트', bpe: '조각(BPE)' },
  items: '항목',
  splits: {
    none: '이어진 글 하나',
    line: '한 줄이 한 항목',
    'blank-line': '한 단락이 한 항목',
    jsonl: 'JSON Lines',
  },
  key: '각 줄에서 텍스트의 키',
  valid: '검증용으로 떼어 놓는 비율',
  working: '텍스트를 읽는 중 …',
  facts: {
    characters: '문자 수',
    lines: '줄 수',
    tokens: '토큰 수',
    vocabulary: '어휘 수',
    train: '학습 토큰',
    valid: '검증 토큰',
    unknown: '검증 텍스트의 미지 단어',
    items: '항목 수',
  },
  train: '이 텍스트로 학습하기',
  frequent: '가장 자주 나오는 토큰',
  stage: '토큰으로 본 텍스트',
  legend: '이웃한 토큰은 농도가 번갈아 바뀝니다. 점선 밑줄은 어휘에 없는 토큰입니다.',
  before: '앞부분',
  after: '뒷부분',
  part: (from, to, all) => `전체 ${all}자 중 ${from}–${to}`,
};
