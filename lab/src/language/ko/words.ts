import type { words as english } from '../en/words.ts';

/** The view Words. */
export const words: typeof english = {
  lead: '모델이 각 토큰을 어디에 두었는지 보여 줍니다. 모델이 비슷하게 다루는 토큰은 벡터도 비슷합니다.',
  term: '분산 표현이란?',
  kinds: {
    word: '이 모델의 토큰은 단어입니다.',
    char: '이 모델의 토큰은 문자입니다.',
    byte: '이 모델의 토큰은 바이트입니다. ⟨EC⟩는 여러 바이트로 된 문자의 한 바이트입니다.',
    bpe: '이 모델의 토큰은 단어의 조각입니다. ␣는 앞의 공백, ⟨EC⟩는 여러 바이트로 된 문자의 한 바이트입니다.',
  },
  search: '토큰 찾기',
  noToken: {
    none: (text) => `이 모델에는 “${text}” 토큰이 없습니다.`,
    taken: (token) => `Enter를 누르면 ${token} 토큰을 고릅니다.`,
  },
  unseen: '학습 텍스트에 없음',
  table: '벡터',
  tables: { input: '입력: 임베딩', output: '출력: Affine 계층' },
  tied: '입력과 출력이 가중치를 공유합니다.',
  most: '지도에 표시할 토큰:',
  saveNeighbours: '이웃 저장(TSV)',
  saveMap: '지도 저장(TSV)',
  working: '벡터를 읽는 중 …',
  frequent: (n) => `가장 자주 나오는 토큰 ${n}개`,
  first: (n) => `어휘의 앞쪽 토큰 ${n}개`,
  axes: (first, second, D) =>
    `가로축: 제1 주성분(분산의 ${first}), 세로축: 제2 주성분(${second}). 원래는 ${D}차원입니다.`,
  byOrder: '학습한 텍스트가 이 브라우저에 없어 빈도를 알 수 없습니다.',
  byCount: (name) => `${name}에서 센 빈도입니다.`,
  neighbours: (token) => `${token} 주변의 토큰`,
  cosine: '두 벡터가 이루는 각의 코사인입니다. 방향이 같으면 1, 관계가 없으면 0입니다.',
  map: {
    label: (n) => `토큰 ${n}개의 주성분 지도. 화살표 키로 움직이고 +와 −로 확대·축소하며 0으로 전체를 봅니다`,
    keys: '끌어서 움직이고, 휠이나 두 손가락 또는 +와 −로 확대·축소하고, 토큰을 눌러 선택하세요.',
    nearer: '확대',
    further: '축소',
    whole: '전체 보기',
    place: (token, x, y) => `${token}: 가로 ${x}, 세로 ${y}`,
  },
  analogy: {
    title: '유추: a와 b의 관계는 c와 …의 관계와 같다',
    how: 'b − a + c에 가장 가까운 벡터를 가진 토큰입니다.',
    fields: ['a', 'b', 'c'],
  },
};
