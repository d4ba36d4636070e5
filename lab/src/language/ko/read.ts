import type { read as english } from '../en/read.ts';

/** The view Read. */
export const read: typeof english = {
  lead: '글의 각 부분이 모델에게 얼마나 뜻밖이었는지 보여 줍니다. 토큰을 가리키면 모델이 대신 무엇을 예상했는지 볼 수 있습니다.',
  source: '글',
  sources: {
    sentence: '내 문장',
    valid: '열려 있는 텍스트의 검증 부분',
  },
  caption: '내 문장',
  open: '파일 열기',
  by: '색칠 단위',
  units: { token: '토큰', word: '단어', line: '줄' },
  asWords: '두 모델의 토큰이 서로 달라 단어 단위로 비교합니다.',
  compare: '비교할 모델',
  noCompare: '비교하지 않음',
  noOther: '다른 모델이 없습니다. 학습하거나 모델을 여세요.',
  numbers: '숫자 표시',
  save: { tsv: 'TSV 저장', json: 'JSON 저장' },
  nothing: '문장을 입력하거나 파일을 여세요.',
  working: (share) => `읽는 중 … ${share}`,
  stop: '여기서 멈추기',
  partRead: (read, all) => `전체 ${all}자 가운데 앞의 ${read}자까지 읽었습니다.`,
  text: '놀람의 정도로 색칠한 글. 화살표 키로 옮겨 다니고 Enter로 선택합니다',
  total: {
    tokens: '토큰 수',
    unknown: '미지 토큰',
    bits: '놀람(비트)',
    bitsPerToken: '토큰당 비트',
    bitsPerCharacter: '문자당 비트',
    perplexity: '퍼플렉서티',
  },
  difference: {
    mean: 'B − A:',
    per: { token: '비트(토큰당)', character: '비트(문자당)' },
    interval: (low, high, lines) =>
      `95% 신뢰 구간은 ${low}에서 ${high}까지(${lines}줄을 부트스트랩한 값)입니다.`,
    none: {
      'few-lines': '6줄보다 짧아 신뢰 구간을 구할 수 없습니다.',
      'no-spread': '모든 줄의 차이가 같아 신뢰 구간이 없습니다.',
    },
    better: {
      a: 'A가 이 글을 더 잘 예측합니다.',
      b: 'B가 이 글을 더 잘 예측합니다.',
      neither: '95% 수준에서는 차이가 있다고 할 수 없습니다.',
    },
  },
  legend: {
    token: '토큰당 비트',
    word: '단어당 비트',
    line: '줄의 토큰당 비트',
    difference: 'B − A(비트): 파란색은 B가 덜 놀란 곳',
    unknown: '어휘에 없음',
  },
  surprising: {
    token: '가장 뜻밖인 토큰(비트)',
    word: '가장 뜻밖인 단어(비트)',
    line: '가장 뜻밖인 줄(토큰당 비트)',
  },
  spoken: { '␣': ' 공백 ', '⏎': ' 줄바꿈 ', '⇥': ' 탭 ' },
  differing: '두 모델의 차이가 가장 큰 곳(비트)',
  curve: {
    title: '글을 따라 본 놀람',
    x: '글의 토큰',
    y: '토큰당 평균 비트',
  },
  readout: {
    title: '선택한 부분',
    hint: '글의 한 부분을 가리키거나, 키보드나 클릭으로 선택하세요.',
    bits: (bits) => `${bits}비트`,
    numbers: (probability, rank) => `확률 ${probability}, 순위 ${rank}위`,
    unknown: (token) => `어휘에 없어 미지 토큰(${token})으로 계산했습니다.`,
    expected: '모델이 이 자리에서 예상한 것:',
    unroll: '펼쳐 보기에서 열기',
  },
};
