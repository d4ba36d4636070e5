import type { train as english } from '../en/train.ts';
import type { Needs } from '../needs.ts';
import { settings } from './settings.ts';

/** The view Train. */
export const train: typeof english = {
  button: '학습',
  pause: '일시 정지',
  resume: '이어서 학습',
  stop: '중지',
  download: '모델 내려받기',
  remove: '삭제',
  show: '이 모델 보기',
  openText: '이 텍스트 열기',
  notKept: (reason) =>
    `학습은 메모리에서 계속되지만 페이지를 닫으면 사라집니다: ${reason} 모델을 내려받으면 남길 수 있습니다.`,
  minutes: '시간',
  minutesOf: (n) => `${n}분`,
  automatic: '자동 선택',
  needs: (kind) => `${valuesOf(kind)} 입력하세요.`,
  groups: { model: '모델', training: '학습', text: '어휘' },
  settings,
  values: { true: '예', false: '아니요' },
  facts: { vocabulary: '어휘 수 V', parameters: '매개변수 수', backend: '계산 방식' },
  chosen: '선택한 것과 그 까닭',
  runs: '학습 기록',
  noRuns: '아직 학습한 것이 없습니다. 학습을 누르면 텍스트 화면의 글로 시작합니다.',
  states: {
    planning: '모델을 고르는 중',
    running: '학습 중',
    paused: '일시 정지됨',
    stopped: '중지됨',
    done: '완료',
    failed: '실패',
    elsewhere: '다른 탭에서 학습 중',
  },
  chart: '시간에 따른 퍼플렉서티',
  axis: { time: '학습 시간(초)', perplexity: '퍼플렉서티' },
  series: {
    train: '학습(최근 50스텝)',
    valid: '검증',
    unigram: '유니그램',
    bigram: '바이그램',
    gradientNorm: '기울기 크기',
    lr: '학습률',
  },
  learning: '자르기 전의 기울기 크기와 학습률',
  samples: '에폭마다 생성한 글',
  epoch: (n) => `에폭 ${n}`,
  best: (epoch) => `가장 좋은 에폭 ${epoch}`,
  saveNumbers: '숫자 저장(TSV)',
  savePicture: '그림 저장(SVG)',
  status: {
    epoch: (n, of) => `에폭 ${n}/${of}`,
    valid: '검증',
    train: '학습',
    speed: (n) => `초당 ${n}토큰`,
    left: (time) => `${time} 남음`,
  },
  differing: '서로 다른 설정과 결과',
  text: '텍스트',
  bestValid: '가장 낮은 검증 퍼플렉서티',
  reasons: {
    'tokenised-text': () => '단어: 단어와 문장 부호가 이미 공백으로 나뉘어 있습니다.',
    'words-by-size': () => '단어: 이 크기의 어휘는 단어로만 만들 수 있습니다.',
    'raw-text': ({ vocabSize }) =>
      `조각: 문장 부호가 단어에 붙어 있어 텍스트를 ${vocabSize}개의 조각으로 나눕니다.`,
    'pieces-for-text': ({ vocabSize }) => `이 길이의 텍스트에는 조각 ${vocabSize}개가 알맞습니다.`,
    'fewer-pieces': ({ learnt }) => `되풀이되는 쌍이 적어 조각을 ${learnt}개만 배웠습니다.`,
    'wider-too-slow': ({ hidden, minutes }) =>
      `은닉 유닛 ${hidden}개: 더 큰 모델은 이 기기에서 ${minutes}분 안에 에폭을 마치지 못합니다.`,
    narrowest: ({ hidden, minutes }) =>
      `은닉 유닛 ${hidden}개(가장 작은 모델): 이 텍스트에는 ${minutes}분이 짧습니다.`,
    'widest-for-text': ({ hidden }) => `은닉 유닛 ${hidden}개: 더 큰 모델은 이 길이의 텍스트에 과적합합니다.`,
    'widest-for-steps': ({ hidden, steps }) =>
      `은닉 유닛 ${hidden}개: ${steps}스텝으로 충분한 가장 큰 모델입니다.`,
    'epochs-asked': ({ epochs }) => `정해진 대로 ${epochs}에폭입니다.`,
    'part-of-text': ({ maxTokens }) => `주어진 시간에는 앞의 ${maxTokens}토큰만 학습할 수 있습니다.`,
    'epochs-enough': ({ epochs }) => `${epochs}에폭: 이보다 많으면 짧은 텍스트에 과적합합니다.`,
    'epochs-fit': ({ epochs, minutes }) => `${minutes}분 안에 ${epochs}에폭을 학습할 수 있습니다.`,
  },
};

/** The values of a setting, as the object of a verb: `0 이상 1 미만의 수를`. */
function valuesOf({ form, range = {}, choices, nullWord }: Needs): string {
  const values = choices ? `${choices.join(', ')} 중 하나를` : `${limitsOf(range)}${nouns[form]}`;
  return nullWord === undefined ? values : `${values} 입력하거나 ${nullWord}이라고`;
}

const nouns: Readonly<Record<Needs['form'], string>> = {
  integer: '정수를',
  number: '수를',
  boolean: 'true 또는 false를',
  choice: '값을',
  text: '글자를',
};

function limitsOf({ from, above, to, below }: NonNullable<Needs['range']>): string {
  const limits = [
    ...(from === undefined ? [] : [`${from} 이상`]),
    ...(above === undefined ? [] : [`${above} 초과`]),
    ...(to === undefined || to === Number.MAX_SAFE_INTEGER ? [] : [`${to} 이하`]),
    ...(below === undefined ? [] : [`${below} 미만`]),
  ];
  return limits.length === 0 ? '' : `${limits.join(' ')}의 `;
}
